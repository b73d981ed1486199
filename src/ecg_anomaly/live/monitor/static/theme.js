// Dark or light: as the system asks, or as the button says.

const KEY = "ecg-monitor-theme";

/** Wire the button; `onChange` is called when colours have changed. */
export function startTheme(button, onChange) {
  const system = matchMedia("(prefers-color-scheme: light)");
  const current = () => localStorage.getItem(KEY) ?? (system.matches ? "light" : "dark");
  const apply = () => {
    document.documentElement.dataset.theme = current();
    button.textContent = current() === "dark" ? "Light" : "Dark";
    onChange();
  };
  const toggle = () => {
    localStorage.setItem(KEY, current() === "dark" ? "light" : "dark");
    apply();
  };
  button.addEventListener("click", toggle);
  system.addEventListener("change", apply);
  apply();
  return toggle;
}

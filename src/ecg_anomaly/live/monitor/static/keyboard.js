// The keys of the page; keys with Ctrl, Alt or Meta belong to the browser.

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/** Wire the keys to what they do; `isLarge` says whether one patient is shown large. */
export function startKeyboard({ isLarge, wall, detail, neighbour, close, sound, theme, help }) {
  const single = {
    a: () => isLarge() && detail.alarms.acknowledgeChosen(),
    s: () => sound.toggle(),
    t: theme,
    "?": () => help.showModal(),
    Escape: () => isLarge() && close(),
  };
  const arrow = ([right, down]) => {
    if (!isLarge()) wall.move(right, down);
    else if (right) neighbour(right);
    else detail.alarms.step(down);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open) return;
    if (event.target.matches("input, textarea, select")) return;
    if (ARROWS[event.key]) arrow(ARROWS[event.key]);
    else if (Object.hasOwn(single, event.key) && !(event.repeat && event.key === "a")) single[event.key]();
    else return;
    event.preventDefault();
  });
}

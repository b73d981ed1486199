// Numbers and times as people read them, and short ways to make elements.

/** Write a moment of a recording as h:mm:ss from its start. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

/** Write a length of time: "less than 1 s", "8 s", "3 min 5 s", "2 h 10 min". */
export function span(seconds) {
  const whole = Math.floor(seconds);
  if (whole < 1) return "less than 1 s";
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor(whole / 60) % 60} min`;
}

/** Write a heart rate, or two dashes when it is not known. */
export function rate(bpm) {
  return typeof bpm === "number" ? String(Math.round(bpm)) : "--";
}

/** Return how many of three bars a quality from 0 to 1 gets, and its word. */
export function quality(value) {
  if (typeof value !== "number") return { bars: 0, word: typeof value === "string" ? value : "unknown" };
  if (value >= 0.75) return { bars: 3, word: "good" };
  if (value >= 0.4) return { bars: 2, word: "fair" };
  return value > 0 ? { bars: 1, word: "poor" } : { bars: 0, word: "unreadable" };
}

/** Make an element with a class and, if given, a text or children. */
export function element(tag, className, ...content) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...content);
  return made;
}

/** Set a text only if it differs: the browser need not lay out again what did not change. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

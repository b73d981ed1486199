// The page of the monitor: takes updates of the server, shows the wall or one patient.

import { AlarmSound } from "./alarm_sound.js";
import { Connection } from "./connection.js";
import { Detail } from "./detail.js";
import { setText, span } from "./format.js";
import { startKeyboard } from "./keyboard.js";
import { Patients } from "./patients.js";
import { startTheme } from "./theme.js";
import { compareUrgency, LEVELS } from "./urgency.js";
import { Wall } from "./wall.js";

/** Texts are renewed so often, in ms; strips move with every frame. */
const TEXTS_MS = 250;

const byId = (id) => document.getElementById(id);
const patients = new Patients();
const wall = new Wall(byId("wall"), { open, onVisible: askForSignal });
const detail = new Detail(byId("detail"), { close, open, acknowledge });
const sound = new AlarmSound(byId("sound"));
const connection = new Connection({ onUpdate: take, onOpen: startAnew });
let large = null; // identifier of the patient shown large
let colour = "";

function take(update) {
  patients.take(update, performance.now());
  if (update.ids || update.patients.some((parts) => parts.alarms)) showTexts();
  route();
}

/** A new connection is told everything anew. */
function startAnew() {
  detail.alarms.forgetSent();
  if (large) patients.forgetDetail(large);
  patients.watched.clear();
  askForSignal();
}

function askForSignal() {
  const ids = large ? [] : wall.watched();
  patients.watch(large ? [large] : ids, performance.now());
  connection?.send({ type: "watch", patients: ids, detail: large ?? "" });
}

function acknowledge(key) {
  return connection.send({ type: "acknowledge", key });
}

function open(id) {
  location.hash = `patient=${encodeURIComponent(id)}`;
}

function close() {
  location.hash = "";
}

/** Show what the address asks for, as soon as it is known. */
function route() {
  const asked = new URLSearchParams(location.hash.slice(1)).get("patient");
  const wanted = asked !== null && patients.byId.has(asked) ? asked : null;
  if (wanted === large) return;
  const before = large;
  large = wanted;
  for (const id of [before, wanted]) if (id !== null) patients.forgetDetail(id);
  byId("wall").hidden = large !== null;
  byId("detail").hidden = large === null;
  if (large !== null) detail.choose(patients.byId.get(large));
  else wall.fit(); // the window may have changed meanwhile
  askForSignal();
  showTexts();
  window.scrollTo(0, 0);
  if (large === null && before !== null) wall.focus(before);
}

/** Go to the next or previous patient of the wall's order. */
function neighbour(step) {
  const order = [...patients.byId.values()].sort(compareUrgency).map((it) => it.id);
  const next = order[order.indexOf(large) + step];
  if (next !== undefined) open(next);
}

function showTexts() {
  patients.judgeAll(performance.now(), connection.connected);
  showLink();
  showSummary();
  byId("nobody").hidden = patients.byId.size > 0;
  if (large !== null && patients.byId.get(large) !== detail.patient) route();
  if (large !== null) detail.show(patients);
  else wall.show(patients, performance.now());
  sound.update(patients);
}

function showLink() {
  const lost = connection.lostSince;
  const link = byId("link");
  link.dataset.state = connection.connected ? "connected" : lost ? "lost" : "connecting";
  setText(link, connection.connected ? "Connected" : lost ? "Connection lost" : "Connecting");
  document.body.dataset.lost = Boolean(lost);
  if (byId("lost").hidden === Boolean(lost)) {
    byId("lost").hidden = !lost;
    wall.fit();
  }
  if (!lost) return;
  const when = new Date(lost).toLocaleTimeString([], { hour12: false });
  const ago = span((Date.now() - lost) / 1000);
  setText(byId("lost"), `Connection lost at ${when}, ${ago} ago. What you see is from before. Trying again.`);
}

function showSummary() {
  const counts = { critical: 0, high: 0, technical: 0 };
  for (const { judged } of patients.byId.values()) {
    if (judged.level in counts) counts[judged.level] += 1;
  }
  const said = Object.entries(counts).filter(([, n]) => n)
    .map(([level, n]) => `${LEVELS[level].mark} ${n} ${level}`);
  setText(byId("summary"), [patients.byId.size === 1 ? "1 patient" : `${patients.byId.size} patients`, ...said].join("  \u00B7  "));
  document.title = counts.critical ? `(${counts.critical}!) ECG monitor` : "ECG monitor";
}

let drawnAt = performance.now();
function draw(now) {
  // Without a connection the strips stand still, and are still drawn anew in another size.
  const elapsedS = connection.connected ? Math.min(1, Math.max(0, (now - drawnAt) / 1000)) : 0;
  drawnAt = now;
  if (large !== null) detail.draw(elapsedS);
  else wall.draw(elapsedS, colour);
  requestAnimationFrame(draw);
}

const toggleTheme = startTheme(byId("theme"), () => {
  colour = getComputedStyle(document.documentElement).getPropertyValue("--trace");
  wall.redraw();
  detail.redraw();
});
byId("help-button").addEventListener("click", () => byId("help").showModal());
window.addEventListener("hashchange", route);
startKeyboard({
  isLarge: () => large !== null, wall, detail, neighbour, close, sound, theme: toggleTheme, help: byId("help"),
});
setInterval(showTexts, TEXTS_MS);
requestAnimationFrame(draw);

// The wall: a tile for every patient, the most urgent first.

import { Tile } from "./tile.js";
import { compareUrgency } from "./urgency.js";

/** Tiles change places at most this often, in ms: what jumps cannot be read. */
const SORT_MS = 2000;
/** Smallest tile that can be read, in points; smaller ones would fit more on a screen. */
const SMALLEST = { width: 148, height: 84 };
/** Tallest tile, in points and as a share of the window. */
const TALLEST = 190;
const TALLEST_SHARE = 0.36;
/** Strips that move at a time: the server gives no more. */
const MOST_WATCHED = 200;
const SPACE = 5;

export class Wall {
  /** `open` is called with the patient that was chosen, `onVisible` when others are on the screen. */
  constructor(node, { open, onVisible }) {
    this.node = node;
    this.open = open;
    this.onVisible = onVisible;
    this.tiles = new Map();
    this.visible = new Set();
    this.sortedAt = -Infinity;
    this.observer = new IntersectionObserver((entries) => this.see(entries), { rootMargin: "60px" });
    window.addEventListener("resize", () => this.fit());
  }

  /** Renew tiles of all patients, and their order from time to time. */
  show(patients, nowMs) {
    for (const [id, tile] of this.tiles) if (!patients.byId.has(id)) this.drop(id, tile);
    for (const patient of patients.byId.values()) {
      if (this.tiles.get(patient.id)?.patient !== patient) this.add(patient);
      this.tiles.get(patient.id).show();
    }
    if (nowMs - this.sortedAt > SORT_MS || this.count !== this.tiles.size || this.isNewlyCritical(patients)) {
      this.sort(nowMs);
    }
  }

  /** Say whether another patient has become critical: that is shown first at once. */
  isNewlyCritical(patients) {
    const critical = new Set();
    for (const { id, judged } of patients.byId.values()) if (judged.level === "critical" && !judged.over) critical.add(id);
    const before = this.critical ?? new Set();
    this.critical = critical;
    return [...critical].some((id) => !before.has(id));
  }

  add(patient) {
    const old = this.tiles.get(patient.id);
    if (old) this.drop(patient.id, old);
    const tile = new Tile(patient, this.open);
    this.tiles.set(patient.id, tile);
    this.node.append(tile.node);
    this.observer.observe(tile.node);
  }

  drop(id, tile) {
    this.observer.unobserve(tile.node);
    tile.node.remove();
    this.tiles.delete(id);
    this.visible.delete(id);
  }

  /** Put the tiles in order; one that stays in its place is not moved. */
  sort(nowMs) {
    this.sortedAt = nowMs;
    const focused = document.activeElement;
    const order = [...this.tiles.values()].sort((a, b) => compareUrgency(a.patient, b.patient));
    order.forEach((tile, place) => {
      const there = this.node.children[place];
      if (there !== tile.node) this.node.insertBefore(tile.node, there);
    });
    if (this.node.contains(focused) && document.activeElement !== focused) focused.focus({ preventScroll: true });
    if (this.count !== this.tiles.size) this.fit();
    this.count = this.tiles.size;
  }

  /** Choose columns and height so that all tiles fit the window, if they can be read then. */
  fit() {
    const n = Math.max(1, this.tiles.size);
    const width = this.node.clientWidth;
    if (!width) return; // not shown
    const height = window.innerHeight - this.node.getBoundingClientRect().top - window.scrollY - 34;
    const tallest = Math.max(TALLEST, height * TALLEST_SHARE);
    const most = Math.max(1, Math.floor((width + SPACE) / (SMALLEST.width + SPACE)));
    let best = { columns: most, tall: SMALLEST.height };
    for (let columns = 1; columns <= most; columns++) {
      const tall = Math.floor((height + SPACE) / Math.ceil(n / columns)) - SPACE;
      if (tall >= Math.min(tallest, (width / columns) * 0.5) && columns <= n) {
        best = { columns, tall };
        break;
      }
      if (columns === most) best.tall = Math.max(SMALLEST.height, tall);
    }
    this.node.style.setProperty("--columns", best.columns);
    this.node.style.setProperty("--tall", `${Math.min(tallest, best.tall)}px`);
  }

  see(entries) {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) this.visible.add(target.dataset.id);
      else this.visible.delete(target.dataset.id);
    }
    this.onVisible();
  }

  /** Return the patients on the screen whose signal is asked for, the most urgent first. */
  watched() {
    const shown = [...this.node.children].map((node) => node.dataset.id);
    return shown.filter((id) => this.visible.has(id)).slice(0, MOST_WATCHED);
  }

  /** Move the strips of the visible tiles on. */
  draw(elapsedS, colour) {
    for (const id of this.visible) this.tiles.get(id)?.draw(elapsedS, colour);
  }

  /** Draw all strips anew, in new colours. */
  redraw() {
    for (const tile of this.tiles.values()) tile.strip.clear();
  }

  /** Move the focus by columns and rows. */
  move(columns, rows) {
    const nodes = [...this.node.children];
    const here = nodes.indexOf(document.activeElement);
    const perRow = Number(this.node.style.getPropertyValue("--columns")) || 1;
    const next = here < 0 ? 0 : here + columns + rows * perRow;
    nodes[Math.min(nodes.length - 1, Math.max(0, next))]?.focus();
  }

  focus(id) {
    this.tiles.get(id)?.node.focus();
  }
}

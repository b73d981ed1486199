// The signal around the chosen alarm, all leads at 25 mm/s where the page is wide enough.

import { MM_PER_S, POINTS_PER_MM } from "./ecg_paper.js";
import { clock, element, setText } from "./format.js";
import { drawStill } from "./still_strip.js";

/** Height of a lead in mm, and the narrowest page on which the strip is squeezed, in points. */
const LEAD_MM = 30;
const NARROWEST = 600;

export class AlarmStrip {
  constructor() {
    this.title = element("h3", "");
    this.canvas = element("canvas", "alarm-strip");
    this.scroll = element("div", "scroll", this.canvas);
    this.node = element("section", "panel", this.title, this.scroll);
    this.node.hidden = true;
    this.shown = "";
  }

  /** Renew the strip if another alarm is chosen, or more of its signal is there. */
  show(patient, key) {
    const strip = patient.strips[key];
    const alarm = patient.alarms.find((it) => it.key === key);
    this.node.hidden = !strip || !alarm;
    if (this.node.hidden) return;
    const n = strip.values[0].length;
    const width = this.scroll.clientWidth;
    const shown = `${patient.id} ${key} ${n} ${width}`;
    if (shown === this.shown || !width) return;
    this.shown = shown;
    const from = clock(strip.sample / strip.fs);
    setText(this.title, `Signal at the chosen alarm: ${alarm.label}, from ${from}`);
    const full = (n / strip.fs) * MM_PER_S * POINTS_PER_MM;
    const wide = width >= NARROWEST ? Math.min(full, width) : full;
    this.canvas.style.width = `${Math.floor(wide)}px`;
    this.canvas.style.height = `${Math.round(strip.leads.length * LEAD_MM * POINTS_PER_MM * (wide / full))}px`;
    drawStill(this.canvas, strip);
  }

  /** Draw anew at the next `show`, in new colours. */
  redraw() {
    this.shown = "";
  }
}

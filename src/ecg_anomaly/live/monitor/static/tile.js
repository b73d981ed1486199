// One patient on the wall: name, rate, strip of one lead, what was found, quality of the signal.

import { element, quality, rate, setText } from "./format.js";
import { SweepStrip } from "./sweep_strip.js";
import { LEVELS } from "./urgency.js";

/** Points per second on the wall: about half the speed of the large strip. */
const POINTS_PER_S = 46;
/** Height of a tile's strip in mV, and the gains that it is multiplied with. */
const HEIGHT_MV = 2.4;
const GAINS = [2, 1, 0.5, 0.25];
/** Where the zero line lies, as a share of the height. */
const ZERO = 0.6;

export class Tile {
  constructor(patient, open) {
    this.patient = patient;
    this.mark = element("span", "tile-mark");
    this.name = element("span", "tile-name");
    this.rate = element("span", "tile-rate");
    this.canvas = element("canvas", "tile-strip");
    this.finding = element("span", "tile-finding");
    this.lead = element("span", "tile-lead");
    this.word = element("span", "tile-word");
    this.quality = element("span", "tile-quality", this.lead, this.word);
    const head = element("span", "tile-head", this.mark, this.name, this.rate);
    const foot = element("span", "tile-foot", this.finding, this.quality);
    this.node = element("button", "tile", head, this.canvas, foot);
    this.node.type = "button";
    this.node.dataset.id = patient.id;
    this.node.addEventListener("click", () => open(patient.id));
    this.strip = new SweepStrip(this.canvas, { pointsPerS: POINTS_PER_S, pointsPerMv: 20 });
    this.gain = 1;
  }

  /** Renew the texts. */
  show() {
    const { judged, status } = this.patient;
    const { bars, word } = quality(status.quality);
    this.node.dataset.level = judged.level;
    this.node.dataset.answer = judged.answer;
    this.node.dataset.over = judged.over ?? false;
    setText(this.mark, LEVELS[judged.level]?.mark ?? "");
    setText(this.name, this.patient.name);
    setText(this.rate, rate(status.rate_bpm));
    setText(this.finding, judged.text || this.quiet());
    this.finding.title = judged.text;
    this.quality.dataset.bars = bars;
    this.quality.title = `Signal: ${word}`;
    setText(this.lead, this.patient.buffer?.leads[0] ?? "");
    setText(this.word, word);
    const level = judged.level === "none" ? "" : `${judged.level}: `;
    const answer = judged.answer ? ", not acknowledged" : "";
    this.node.setAttribute("aria-label", `${this.patient.name}, ${rate(status.rate_bpm)} per minute, `
      + `${level}${judged.text || this.quiet()}${answer}, signal ${word}`);
  }

  /** What is said where nothing was found. */
  quiet() {
    return this.patient.buffer ? "nothing found" : "waiting for signal";
  }

  /** Move the strip on. */
  draw(elapsedS, colour) {
    const { buffer, playout } = this.patient;
    if (!buffer) return;
    this.strip.resize();
    const sample = playout.advance(buffer, elapsedS);
    if (this.strip.wraps(sample, buffer.fs)) this.arrange(buffer);
    this.strip.draw(buffer, sample, colour);
  }

  /** Choose the gain by the last seconds; noise of a flat line is not blown up beyond four times. */
  arrange(buffer) {
    const { height } = this.strip;
    const { low, high } = buffer.extremes(0, 5);
    const needed = Math.max(high / ZERO, -low / (1 - ZERO), 0.01) / HEIGHT_MV;
    const gain = GAINS.find((known) => needed * known < 0.97) ?? GAINS.at(-1);
    if (gain !== this.gain) this.strip.clear(); // the whole strip has one gain
    this.gain = gain;
    this.strip.pointsPerMv = (height / HEIGHT_MV) * this.gain;
    this.strip.rows = [{ lead: 0, top: 1, zero: height * ZERO, height: height - 2 }];
  }
}

// The strip of the patient shown large: all leads on ECG paper, beats marked above.

import { drawMark } from "./beat_marks.js";
import { drawPaper, MM_PER_MV, MM_PER_S, POINTS_PER_MM } from "./ecg_paper.js";
import { element, setText } from "./format.js";
import { SweepStrip } from "./sweep_strip.js";

/** Height over the leads for the marks, and of a lead: less, the more leads there are, in mm. */
const HEAD_MM = 10;
const LEAD_MM = [0, 50, 35, 30, 25];
const MANY_LEADS_MM = 20;
/** The pen is so far past a beat when it is marked, or it would erase the letter ahead of it. */
const MARK_BEHIND_S = 0.25;
const COLOURS = ["--soft", "--flag", "--trace"];
/** Gains in mm/mV, of which the first one is taken that leaves every lead on the paper. */
const GAINS = [MM_PER_MV, 5, 2.5, 1.25];

export class LargeStrip {
  constructor() {
    this.paper = element("canvas", "paper");
    this.canvas = element("canvas", "trace");
    this.names = element("div", "lead-names");
    this.caption = element("p", "caption");
    this.node = element("div", "large-strip", this.paper, this.canvas, this.names);
    this.strip = new SweepStrip(this.canvas, {
      pointsPerS: MM_PER_S * POINTS_PER_MM,
      pointsPerMv: MM_PER_MV * POINTS_PER_MM,
      lineWidth: 1.6,
    });
    this.marked = new Set();
    this.leads = "";
  }

  /** Give every lead its row when leads or size have changed. */
  arrange(buffer) {
    const leads = buffer.leads.join();
    if (leads !== this.leads) this.nameRows(buffer.leads);
    this.leads = leads;
    if (!this.strip.resize()) return;
    const height = this.rowHeight(buffer.leads.length);
    this.strip.rows = buffer.leads.map((_, lead) => {
      const top = HEAD_MM * POINTS_PER_MM + lead * height;
      const beyond = (this.overlap(buffer.leads.length) - 1) * height;
      return { lead, top: top - beyond, zero: top + this.zeroOf(height), height: height + 2 * beyond };
    });
    this.chooseGain(buffer);
    this.redraw();
  }

  rowHeight(n) {
    return (LEAD_MM[n] ?? MANY_LEADS_MM) * POINTS_PER_MM;
  }

  /** The zero line lies on a line of the large squares, somewhat below the middle. */
  zeroOf(height) {
    const square = 5 * POINTS_PER_MM;
    return Math.round((height * 0.55) / square) * square;
  }

  /** How far a lead may reach: many leads may reach into their neighbours, as on printed paper. */
  overlap(n) {
    return n < LEAD_MM.length ? 1 : 1.5;
  }

  /** Choose the gain by the last seconds. */
  chooseGain(buffer) {
    const height = this.rowHeight(buffer.leads.length);
    const zero = this.zeroOf(height);
    const shares = buffer.leads.map((_, lead) => { // of the space, that 1 mm/mV would take
      const { low, high } = buffer.extremes(lead, 6);
      return Math.max(high / zero, -low / (height - zero)) * POINTS_PER_MM;
    });
    const largest = Math.max(...shares);
    const most = this.overlap(buffer.leads.length);
    const gain = GAINS.find((known) => largest * known <= most) ?? GAINS.at(-1);
    if (gain !== this.gain) { // the whole strip has one gain
      this.strip.clear();
      this.marked.clear();
    }
    this.gain = gain;
    this.strip.pointsPerMv = this.gain * POINTS_PER_MM;
    setText(this.caption, `${MM_PER_S} mm/s, ${this.gain} mm/mV, high-pass 0.5 Hz`);
  }

  nameRows(leads) {
    const height = this.rowHeight(leads.length);
    const head = HEAD_MM * POINTS_PER_MM;
    this.node.style.height = `${Math.round(head + leads.length * height)}px`;
    this.names.replaceChildren(...leads.map((lead, i) => {
      const name = element("span", "", lead);
      name.style.top = `${Math.round(head + i * height + 3)}px`;
      return name;
    }));
    this.strip.width = 0; // arrange anew
  }

  /** Draw paper, strip and marks anew: other colours, another size, another patient. */
  redraw() {
    const style = getComputedStyle(this.node);
    this.colours = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(name)]));
    drawPaper(this.paper);
    this.strip.clear();
    this.marked.clear();
  }

  /** Move the strip on and mark the beats that the pen has passed. */
  draw(patient, elapsedS) {
    const { buffer, playout, beats } = patient;
    if (!buffer) return;
    this.arrange(buffer);
    const sample = playout.advance(buffer, elapsedS);
    if (this.strip.drawn === null) this.marked.clear();
    if (this.strip.wraps(sample, buffer.fs)) this.chooseGain(buffer);
    this.strip.draw(buffer, sample, this.colours["--trace"]);
    const now = sample / buffer.fs;
    const oldest = this.strip.oldest(buffer.fs, sample);
    for (const beat of beats) {
      if (beat.time_s > now - MARK_BEHIND_S || beat.time_s < oldest || this.marked.has(beat)) continue;
      const y = (HEAD_MM * POINTS_PER_MM) / 2;
      drawMark(this.strip.context, beat, this.strip.xOf(beat.time_s), y, this.colours);
      this.marked.add(beat);
    }
    if (this.marked.size > 2 * beats.length + 50) this.marked = new Set(beats.filter((b) => this.marked.has(b)));
    this.now = now;
  }

  /** Return the beat whose mark is nearest to a place on the strip, within a quarter of a second. */
  beatAt(x, beats) {
    const width = this.strip.width / this.strip.pointsPerS;
    const behind = (this.strip.xOf(this.now) / this.strip.pointsPerS - x / this.strip.pointsPerS + width) % width;
    const time = this.now - behind;
    const near = beats.filter((beat) => Math.abs(beat.time_s - time) < 0.25);
    return near.sort((a, b) => Math.abs(a.time_s - time) - Math.abs(b.time_s - time))[0];
  }
}

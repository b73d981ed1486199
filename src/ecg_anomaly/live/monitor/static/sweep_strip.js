// A strip that is written from left to right over the one before, as on a bedside monitor.

/** Width of the empty space before the pen, in points of the page. */
const GAP = 14;

export class SweepStrip {
  /**
   * `rows` are { lead, zero, top, height } in points: which lead is drawn and where its zero is.
   * `headroom` points above the rows belong to the marks of beats.
   */
  constructor(canvas, { pointsPerS, pointsPerMv, lineWidth = 1.4, headroom = 0 }) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    Object.assign(this, { pointsPerS, pointsPerMv, lineWidth, headroom });
    this.drawn = null; // the last sample that is drawn
    this.rows = [];
    this.width = this.height = 0;
  }

  /** Take over the size on the page; tell whether it has changed, which empties the strip. */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = window.devicePixelRatio || 1;
    if (width === this.width && height === this.height && ratio === this.ratio) return false;
    Object.assign(this, { width, height, ratio });
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawn = null;
    return true;
  }

  /** Empty the strip: the next call of `draw` draws all that is known. */
  clear() {
    this.context.clearRect(0, 0, this.width, this.height);
    this.drawn = null;
  }

  /** Place on the strip of a moment in s. */
  xOf(seconds) {
    return (seconds * this.pointsPerS) % this.width;
  }

  /** Say whether drawing up to a sample begins a new line. */
  wraps(sample, fs) {
    return this.drawn === null || this.xOf(sample / fs) < this.xOf(this.drawn / fs);
  }

  /** The moment, in s, at the left end of what is still on the strip. */
  oldest(fs, sample) {
    return sample / fs - (this.width - GAP) / this.pointsPerS;
  }

  /** Draw up to a sample of the buffer, in the given colour. */
  draw(buffer, sample, colour) {
    if (this.width < GAP * 2 || sample === null) return;
    const oldest = Math.ceil(this.oldest(buffer.fs, sample) * buffer.fs);
    if (this.drawn === null || this.drawn > sample || this.drawn < oldest) {
      this.context.clearRect(0, 0, this.width, this.height);
      this.drawn = Math.max(buffer.first, oldest) - 1;
    } else if (sample > this.drawn) {
      this.erase(this.xOf(this.drawn / buffer.fs), this.xOf(sample / buffer.fs));
    }
    if (sample <= this.drawn) return;
    this.context.strokeStyle = colour;
    this.context.lineWidth = this.lineWidth;
    this.context.lineJoin = "round";
    this.context.beginPath();
    for (const row of this.rows) this.trace(buffer, row, Math.max(this.drawn, buffer.first), sample);
    this.context.stroke();
    this.drawn = sample;
  }

  /** Empty the space from just after the pen to the gap before it. */
  erase(from, to) {
    const start = from + this.lineWidth;
    const end = (to < from ? to + this.width : to) + GAP;
    this.context.clearRect(start, 0, Math.min(end, this.width) - start, this.height);
    if (end > this.width) this.context.clearRect(0, 0, end - this.width, this.height);
  }

  trace(buffer, row, start, end) {
    let before = null; // x of the point before; null after missing signal
    const lowest = row.top + row.height;
    for (let sample = start; sample <= end; sample++) {
      const value = buffer.at(row.lead, sample);
      if (Number.isNaN(value)) {
        before = null;
        continue;
      }
      const x = this.xOf(sample / buffer.fs);
      const y = Math.min(lowest, Math.max(row.top, row.zero - value * this.pointsPerMv));
      if (before === null || x < before) this.context.moveTo(x, y);
      else this.context.lineTo(x, y);
      before = x;
    }
  }
}

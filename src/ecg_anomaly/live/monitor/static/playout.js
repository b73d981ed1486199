// When each sample is drawn: signal comes in batches, the strip shall move evenly.

/** Seconds of signal held back, so that a late batch does not stop the strip. */
const HELD_S = 0.45;
/** More than this behind, in s, the strip jumps forward: the page was asleep. */
const JUMP_S = 3;

export class Playout {
  constructor() {
    this.head = null; // the sample that is drawn next, with its fraction
    this.speed = 1; // of the recording against the clock: 1, more for a fast replay
    this.arrived = null; // when signal last came, and how far it went
  }

  /** Learn from new signal how fast the recording goes. */
  hear(buffer, nowMs) {
    const last = this.arrived;
    if (last && nowMs - last.ms < 1000) return;
    if (last && buffer.next > last.next && nowMs - last.ms < 4000) {
      const speed = ((buffer.next - last.next) / buffer.fs) / ((nowMs - last.ms) / 1000);
      this.speed += 0.4 * (Math.min(100, speed) - this.speed);
    }
    this.arrived = { ms: nowMs, next: buffer.next };
  }

  /** Move on by `elapsedS` of the clock; return the sample up to which to draw, or null. */
  advance(buffer, elapsedS) {
    if (buffer.next === 0) return null;
    const held = HELD_S * buffer.fs * Math.max(1, this.speed);
    const behind = buffer.next - (this.head ?? -Infinity);
    if (behind < 0 || behind > JUMP_S * buffer.fs * Math.max(1, this.speed)) {
      this.head = Math.max(buffer.first, buffer.next - held);
    } else {
      const correction = Math.min(1.5, Math.max(0, 1 + (0.5 * (behind - held)) / held));
      this.head = Math.min(buffer.next, this.head + elapsedS * buffer.fs * this.speed * correction);
    }
    return Math.floor(this.head);
  }
}

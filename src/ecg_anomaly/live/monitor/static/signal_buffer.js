// The last seconds of a patient's signal, filtered for the eye, in rings of constant size.

const SPAN_S = 24;
/** Corner of the high-pass filter that steadies the baseline, as monitors have it, in Hz. */
const HIGH_PASS_HZ = 0.5;

export class SignalBuffer {
  constructor(fs, leads) {
    this.fs = fs;
    this.leads = leads;
    this.size = Math.ceil(SPAN_S * fs);
    this.rings = leads.map(() => new Float32Array(this.size).fill(NaN));
    this.filters = leads.map(() => ({ input: NaN, output: 0 }));
    this.keep = 1 / (1 + (2 * Math.PI * HIGH_PASS_HZ) / fs);
    this.next = 0;
  }

  /** Say whether signal with this rate and these leads goes on here. */
  fits(signal) {
    return signal.fs === this.fs && signal.leads.length === this.leads.length
      && signal.leads.every((lead, i) => lead === this.leads[i]);
  }

  /** Add signal in microvolts, null where nothing was recorded; a jump forward is missing signal. */
  push({ sample, values }) {
    if (sample < this.next || sample > this.next + this.size) {
      this.rings.forEach((ring) => ring.fill(NaN));
      this.next = sample;
    }
    const n = values[0].length;
    values.forEach((row, lead) => {
      for (let i = this.next; i < sample; i++) this.rings[lead][i % this.size] = NaN;
      if (sample > this.next) this.filters[lead].input = NaN;
      for (let i = 0; i < n; i++) {
        this.rings[lead][(sample + i) % this.size] = this.filter(lead, row[i]);
      }
    });
    this.next = sample + n;
  }

  /** One step of the high-pass filter of a lead: microvolts in, millivolts out. */
  filter(lead, microvolts) {
    const state = this.filters[lead];
    if (microvolts === null) {
      state.input = NaN;
      return NaN;
    }
    const value = microvolts / 1000;
    const known = Number.isFinite(state.input);
    state.output = known ? this.keep * (state.output + value - state.input) : 0;
    state.input = value;
    return state.output;
  }

  /** Number of the oldest sample that is kept. */
  get first() {
    return Math.max(0, this.next - this.size);
  }

  /** Lowest and highest value of a lead in the last seconds, in mV; 0 where there is none. */
  extremes(lead, seconds) {
    let low = 0;
    let high = 0;
    for (let sample = Math.max(this.first, this.next - Math.floor(seconds * this.fs)); sample < this.next; sample++) {
      const value = this.rings[lead][sample % this.size];
      if (value < low) low = value;
      if (value > high) high = value;
    }
    return { low, high };
  }

  /** Value of a lead at a sample, in mV; NaN where there is none. */
  at(lead, sample) {
    return sample >= this.first && sample < this.next ? this.rings[lead][sample % this.size] : NaN;
  }
}

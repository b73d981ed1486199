// The sound of alarms: off until a person turns it on; bursts after the manner of IEC 60601-1-8.

import { wantsAnswer } from "./urgency.js";

/** Starts of the pulses of a burst and time to the next burst, in s, and their pitch in Hz. */
const BURSTS = {
  critical: { pulses: [0, 0.25, 0.5, 0.95, 1.2], every: 8, pitch: 880 },
  high: { pulses: [0, 0.3, 0.6], every: 20, pitch: 587 },
};

export class AlarmSound {
  constructor(button) {
    this.button = button;
    this.context = null;
    this.nextS = 0;
    button.addEventListener("click", () => this.toggle());
  }

  toggle() {
    this.on = !this.on;
    this.context ??= new AudioContext();
    if (this.on) this.context.resume();
    this.button.setAttribute("aria-pressed", String(this.on));
    this.button.textContent = this.on ? "Sound on" : "Sound off";
  }

  /** Sound a burst for the most urgent alarm that nobody has acknowledged, when it is time. */
  update(patients) {
    if (!this.on || this.context.currentTime < this.nextS) return;
    const wanting = [...patients.byId.values()].flatMap((it) => it.alarms.filter(wantsAnswer));
    const level = ["critical", "high"].find((it) => wanting.some((alarm) => alarm.priority === it));
    if (!level) return;
    const { pulses, every, pitch } = BURSTS[level];
    for (const pulse of pulses) this.beep(this.context.currentTime + pulse, pitch);
    this.nextS = this.context.currentTime + every;
  }

  beep(when, pitch) {
    const tone = this.context.createOscillator();
    const volume = this.context.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0, when);
    volume.gain.linearRampToValueAtTime(0.25, when + 0.02);
    volume.gain.setValueAtTime(0.25, when + 0.13);
    volume.gain.linearRampToValueAtTime(0, when + 0.16);
    tone.connect(volume).connect(this.context.destination);
    tone.start(when);
    tone.stop(when + 0.18);
  }
}

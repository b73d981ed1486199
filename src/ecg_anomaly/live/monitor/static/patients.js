// All patients as the page knows them, kept up to date by the updates of the server.

import { Playout } from "./playout.js";
import { SignalBuffer } from "./signal_buffer.js";
import { judge } from "./urgency.js";

const MOST_BEATS = 200;

class Patient {
  constructor(id) {
    this.id = id;
    this.info = { name: id };
    this.status = {};
    this.alarms = [];
    this.strips = {};
    this.beats = [];
    this.trend = null;
    this.buffer = null;
    this.playout = new Playout();
    this.heardAt = performance.now(); // when signal last came
    this.judged = judge(this, 0);
  }

  get name() {
    return this.info.name || this.id;
  }

  /** Take over what an update says of this patient; tell which parts are new. */
  take(parts, nowMs) {
    for (const name of ["info", "status", "alarms", "strips", "trend"]) {
      if (parts[name]) this[name] = parts[name];
    }
    if (parts.signal) this.takeSignal(parts.signal, nowMs);
    if (parts.beats) this.beats = [...this.beats, ...parts.beats].slice(-MOST_BEATS);
  }

  takeSignal(signal, nowMs) {
    if (!this.buffer?.fits(signal)) {
      this.buffer = new SignalBuffer(signal.fs, signal.leads);
      this.playout = new Playout();
    }
    if (signal.sample < this.buffer.next) this.beats = []; // the recording has started again
    this.buffer.push(signal);
    this.playout.hear(this.buffer, nowMs);
    this.heardAt = nowMs;
  }

  /** Seconds of the recording that have come. */
  get timeS() {
    return this.buffer ? this.buffer.next / this.buffer.fs : 0;
  }
}

export class Patients {
  constructor() {
    this.byId = new Map();
    this.watched = new Set();
  }

  /** Take over an update of the server; return the patients that it speaks of. */
  take(update, nowMs) {
    if (update.ids) {
      const known = new Set(update.ids);
      for (const id of this.byId.keys()) if (!known.has(id)) this.byId.delete(id);
    }
    return update.patients.map((parts) => {
      if (!this.byId.has(parts.id)) this.byId.set(parts.id, new Patient(parts.id));
      const patient = this.byId.get(parts.id);
      patient.take(parts, nowMs);
      return patient;
    });
  }

  /** Judge all patients anew; only of those that are watched is it known that no signal comes. */
  judgeAll(nowMs, connected) {
    for (const patient of this.byId.values()) {
      const asked = connected && this.watched.has(patient.id);
      patient.judged = judge(patient, asked ? (nowMs - patient.heardAt) / 1000 : 0);
    }
  }

  /** Remember which patients' signal the server is asked for. */
  watch(ids, nowMs) {
    for (const id of ids) {
      const patient = this.byId.get(id);
      if (patient && !this.watched.has(id)) patient.heardAt = nowMs;
    }
    this.watched = new Set(ids);
  }

  /** Forget marks and strips of a patient that was shown large: they are sent anew. */
  forgetDetail(id) {
    const patient = this.byId.get(id);
    if (patient) Object.assign(patient, { beats: [], strips: {}, trend: null, buffer: null });
  }
}

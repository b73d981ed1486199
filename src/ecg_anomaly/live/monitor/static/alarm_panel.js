// The alarms of the patient shown large: text, state, strip, and the button that acknowledges.

import { clock, element, setText, span } from "./format.js";
import { drawStill } from "./still_strip.js";
import { LEVELS, sortAlarms, wantsAnswer } from "./urgency.js";

/** How the state of an alarm is said. */
function stateText(alarm, nowS) {
  const lasting = Number.isFinite(alarm.end_s) && alarm.end_s !== null ? alarm.end_s - alarm.start_s : null;
  if (!alarm.open) return lasting === null ? "over" : `over, lasted ${span(lasting)}`;
  const length = lasting === null ? `for ${span(Math.max(0, nowS - alarm.start_s))} so far` : `lasted ${span(lasting)}`;
  return `${alarm.state === "acknowledged" ? "acknowledged" : "not acknowledged"}, ${length}`;
}

class Card {
  constructor(acknowledge, choose) {
    this.level = element("span", "level");
    this.label = element("strong", "");
    this.state = element("span", "soft");
    this.text = element("p", "alarm-text");
    this.canvas = element("canvas", "still");
    this.button = element("button", "acknowledge", "Acknowledge");
    this.button.type = "button";
    this.button.addEventListener("click", () => acknowledge(this.alarm));
    const head = element("p", "alarm-head", this.level, this.label, this.state);
    this.node = element("li", "alarm", head, this.text, this.canvas, this.button);
    this.node.addEventListener("click", () => choose(this.alarm.key));
  }

  show(alarm, strip, { nowS, sent, chosen }) {
    this.alarm = alarm;
    this.node.dataset.key = alarm.key;
    this.node.dataset.chosen = chosen;
    this.node.dataset.answer = wantsAnswer(alarm);
    this.level.dataset.level = alarm.priority;
    setText(this.level, `${LEVELS[alarm.priority]?.mark ?? ""} ${alarm.priority}`.trim());
    setText(this.label, `${clock(alarm.start_s)} ${alarm.label}`);
    setText(this.state, stateText(alarm, nowS));
    setText(this.text, alarm.text ?? "");
    this.button.hidden = !wantsAnswer(alarm);
    this.button.disabled = sent;
    setText(this.button, sent ? "Sent" : "Acknowledge");
    this.canvas.hidden = !strip;
    if (strip && (this.strip !== strip || this.width !== this.canvas.clientWidth)) {
      this.strip = strip;
      this.width = this.canvas.clientWidth;
      drawStill(this.canvas, strip, { most: 1 });
    }
  }
}

export class AlarmPanel {
  /**
   * `send` is called with the key of an alarm that is acknowledged and tells whether it was sent,
   * `onChoose` when another alarm is chosen.
   */
  constructor(send, onChoose) {
    this.send = send;
    this.onChoose = onChoose;
    this.list = element("ol", "alarms");
    this.none = element("p", "soft", "No alarm so far.");
    this.node = element("section", "panel", element("h3", "", "Alarms"), this.none, this.list);
    this.cards = new Map();
    this.sent = new Set();
    this.chosen = null;
  }

  /** Renew the list. */
  show(patient) {
    this.alarms = sortAlarms(patient.alarms);
    this.none.hidden = this.alarms.length > 0;
    const keys = new Set(this.alarms.map((alarm) => alarm.key));
    for (const [key, card] of this.cards) if (!keys.has(key)) this.drop(key, card);
    if (!keys.has(this.chosen)) this.chosen = this.alarms[0]?.key ?? null;
    this.alarms.forEach((alarm, place) => this.showOne(alarm, place, patient));
  }

  showOne(alarm, place, patient) {
    if (!this.cards.has(alarm.key)) this.cards.set(alarm.key, this.makeCard());
    const card = this.cards.get(alarm.key);
    if (this.list.children[place] !== card.node) this.list.insertBefore(card.node, this.list.children[place]);
    if (!wantsAnswer(alarm)) this.sent.delete(alarm.key);
    const chosen = alarm.key === this.chosen;
    const sent = this.sent.has(alarm.key);
    card.show(alarm, patient.strips[alarm.key], { nowS: patient.timeS, sent, chosen });
  }

  makeCard() {
    return new Card((alarm) => this.acknowledge(alarm), (key) => this.choose(key));
  }

  drop(key, card) {
    card.node.remove();
    this.cards.delete(key);
  }

  /** Draw all strips anew, in new colours. */
  redraw() {
    for (const card of this.cards.values()) card.strip = null;
  }

  /** A lost connection may have swallowed what was sent: it can be pressed again. */
  forgetSent() {
    this.sent.clear();
  }

  acknowledge(alarm) {
    if (alarm && wantsAnswer(alarm) && !this.sent.has(alarm.key) && this.send(alarm.key)) {
      this.sent.add(alarm.key);
      this.cards.get(alarm.key).button.disabled = true;
    }
  }

  /** Acknowledge the chosen alarm or, if it wants no answer, the first one that does. */
  acknowledgeChosen() {
    const chosen = this.alarms?.find((alarm) => alarm.key === this.chosen && wantsAnswer(alarm));
    this.acknowledge(chosen ?? this.alarms?.find(wantsAnswer));
  }

  /** Choose an alarm: its signal is shown large. */
  choose(key) {
    this.chosen = key;
    for (const [each, card] of this.cards) card.node.dataset.chosen = each === key;
    this.onChoose();
  }

  /** Choose the next or previous alarm. */
  step(step) {
    const here = this.alarms?.findIndex((alarm) => alarm.key === this.chosen) ?? -1;
    const next = this.alarms?.[here + step];
    if (!next) return;
    this.choose(next.key);
    this.cards.get(next.key).node.scrollIntoView({ block: "nearest" });
  }
}

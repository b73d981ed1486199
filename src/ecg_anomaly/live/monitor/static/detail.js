// One patient large: strip, trend, alarms, flagged beats, and who else needs a look.

import { AlarmPanel } from "./alarm_panel.js";
import { AlarmStrip } from "./alarm_strip.js";
import { BeatList, describeBeat } from "./beat_list.js";
import { element, quality, rate, setText } from "./format.js";
import { LargeStrip } from "./large_strip.js";
import { TrendChart } from "./trend_chart.js";
import { compareUrgency, LEVELS, rankOf } from "./urgency.js";

const MOST_OTHERS = 4;

export class Detail {
  /** `close`, `open` change what is shown; `acknowledge` sends the key of an alarm. */
  constructor(node, { close, open, acknowledge }) {
    this.node = node;
    this.open = open;
    this.strip = new LargeStrip();
    this.trend = new TrendChart();
    this.alarmStrip = new AlarmStrip();
    this.alarms = new AlarmPanel(acknowledge, () => this.showAlarmStrip());
    this.beats = new BeatList();
    this.build(close);
    this.strip.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.strip.canvas.addEventListener("pointerleave", () => (this.pointed = null));
  }

  build(close) {
    this.back = element("button", "back", "\u2190", element("span", "", " All patients"));
    this.back.type = "button";
    this.back.ariaLabel = "All patients";
    this.back.addEventListener("click", close);
    this.name = element("h2", "");
    this.level = element("span", "level");
    this.finding = element("span", "detail-finding");
    this.rate = element("span", "detail-rate");
    this.quality = element("span", "soft");
    this.others = element("div", "others");
    this.line = element("p", "beat-line");
    const number = element("p", "detail-number", this.rate, element("span", "soft", " /min"));
    const said = element("p", "detail-said", this.level, this.finding);
    const names = element("div", "detail-names", this.name, said, this.quality);
    const head = element("div", "detail-head", this.back, names, number);
    const under = element("div", "under", this.line, this.strip.caption);
    const live = element("div", "detail-live", this.strip.node, under);
    const rest = element("div", "detail-rest", this.alarmStrip.node, this.trend.node, this.beats.node);
    const columns = element("div", "detail-columns", live, this.alarms.node, rest);
    this.node.replaceChildren(this.others, head, columns);
  }

  /** Show another patient. */
  choose(patient) {
    this.patient = patient;
    this.pointed = null;
    this.alarms.chosen = null;
    this.strip.strip.width = 0;
    this.trend.shown = null;
  }

  /** Renew the texts. */
  show(patients) {
    const { patient } = this;
    const { judged, status } = patient;
    setText(this.name, patient.name);
    setText(this.rate, rate(status.rate_bpm));
    this.node.dataset.level = judged.level;
    this.level.hidden = judged.level === "none";
    this.level.dataset.level = judged.level;
    setText(this.level, `${LEVELS[judged.level].mark} ${judged.level}`.trim());
    setText(this.finding, judged.text || "nothing found");
    const technical = (status.technical ?? []).join(", ");
    setText(this.quality, `Signal ${quality(status.quality).word}${technical && `; ${technical}`}`);
    this.showLine();
    this.alarms.show(patient);
    this.showAlarmStrip();
    this.beats.show(patient);
    this.trend.show(patient);
    this.showOthers(patients);
  }

  showLine() {
    const flagged = this.patient.beats.filter((beat) => beat.flagged || beat.unreadable);
    const last = flagged.at(-1);
    setText(this.line, this.pointed ? `This beat: ${describeBeat(this.pointed)}`
      : last ? `Last marked beat: ${describeBeat(last)}` : "");
  }

  showAlarmStrip() {
    this.alarmStrip.show(this.patient, this.alarms.chosen);
  }

  /** List other patients with an alarm that nobody has acknowledged. */
  showOthers(patients) {
    const others = [...patients.byId.values()]
      .filter((it) => it !== this.patient && it.judged.answer && rankOf(it.judged.level) < 2)
      .sort(compareUrgency);
    const key = others.map((it) => it.id + it.judged.text).join();
    if (key === this.othersKey) return;
    this.othersKey = key;
    const buttons = others.slice(0, MOST_OTHERS).map((it) => {
      const text = `${LEVELS[it.judged.level].mark} ${it.name}: ${it.judged.text}`;
      const button = element("button", "other", text);
      button.type = "button";
      button.dataset.level = it.judged.level;
      button.addEventListener("click", () => this.open(it.id));
      return button;
    });
    const more = others.length - buttons.length;
    this.others.replaceChildren(...buttons, ...(more > 0 ? [element("span", "soft", `and ${more} more`)] : []));
  }

  draw(elapsedS) {
    this.strip.draw(this.patient, elapsedS);
  }

  point(event) {
    this.pointed = this.strip.beatAt(event.offsetX, this.patient.beats) ?? null;
    this.showLine();
  }

  /** Draw everything anew, in new colours. */
  redraw() {
    if (this.strip.strip.width) this.strip.redraw();
    this.trend.redraw();
    this.alarms.redraw();
    this.alarmStrip.redraw();
  }
}

// The flagged beats of the patient shown large, the latest first, with class, score and reason.

import { markOf } from "./beat_marks.js";
import { clock, element } from "./format.js";

const MOST_ROWS = 12;
const SHAPES = { down: "\u25BC", up: "\u25B2", diamond: "\u25C6", square: "\u25A0" };

/** Say what was found about a beat, in one line. */
export function describeBeat(beat) {
  if (beat.unreadable) return `${clock(beat.time_s)} cannot be read: ${beat.unreadable}`;
  const score = typeof beat.score === "number" ? `score ${beat.score.toFixed(2)}` : "";
  if (!beat.flagged) return `${clock(beat.time_s)} not flagged, ${score}`;
  return `${clock(beat.time_s)} ${beat.aami || "no class"}, ${score}: ${beat.reason}`;
}

export class BeatList {
  constructor() {
    this.body = element("tbody", "");
    const head = element("tr", "", ...["Time", "Class", "Score", "Reason"].map((t) => element("th", "", t)));
    const table = element("table", "beats", element("thead", "", head), this.body);
    this.none = element("p", "soft", "No flagged beat so far.");
    this.node = element("section", "panel", element("h3", "", "Flagged beats"), this.none, table);
    this.shown = null;
  }

  /** Renew the table if there is a new flagged beat. */
  show(patient) {
    const flagged = patient.beats.filter((beat) => beat.flagged && !beat.unreadable);
    const last = flagged.slice(-MOST_ROWS).reverse();
    this.node.lastChild.hidden = last.length === 0;
    this.none.hidden = last.length > 0;
    const shown = `${patient.id} ${last.length} ${last[0]?.time_s}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.body.replaceChildren(...last.map((beat) => {
      const kind = `${SHAPES[markOf(beat).shape]} ${beat.aami || "?"}`;
      const texts = [clock(beat.time_s), kind, beat.score?.toFixed(2) ?? "", beat.reason ?? ""];
      return element("tr", "", ...texts.map((text) => element("td", "", text)));
    }));
  }
}

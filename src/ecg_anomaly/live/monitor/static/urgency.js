// How urgent a patient is, and how that is said: a mark, a word and a colour, never a colour alone.

/** Levels, the most urgent first, with the marks of IEC 60601-1-8 for alarm priorities. */
export const LEVELS = {
  critical: { rank: 0, mark: "!!!" },
  high: { rank: 1, mark: "!!" },
  technical: { rank: 2, mark: "!" },
  review: { rank: 3, mark: "" },
  none: { rank: 4, mark: "" },
};

/** Return the rank of a level, 0 for the most urgent one. */
export function rankOf(level) {
  return (LEVELS[level] ?? LEVELS.none).rank;
}

/** Say whether a person must still acknowledge an alarm. */
export function wantsAnswer(alarm) {
  return alarm.open && alarm.state !== "acknowledged";
}

/** Sort alarms: those that want an answer, then open ones, then past ones; urgent and new first. */
export function sortAlarms(alarms) {
  const group = (alarm) => (wantsAnswer(alarm) ? 0 : alarm.open ? 1 : 2);
  return [...alarms].sort((a, b) => group(a) - group(b)
    || (group(a) < 2 ? rankOf(a.priority) - rankOf(b.priority) : 0) || b.start_s - a.start_s);
}

/**
 * Return what a tile says of a patient: its level, whether it wants an answer, and the text.
 * An open alarm goes before the last finding; a patient whose signal does not come is technical.
 */
export function judge(patient, silentFor) {
  const open = sortAlarms(patient.alarms).find((alarm) => alarm.open);
  if (open) {
    const level = open.priority in LEVELS ? open.priority : "high"; // shown, whatever it is
    const over = Number.isFinite(open.end_s) && open.end_s !== null;
    const text = over ? `${open.label}, over` : open.label; // nobody has acknowledged it yet
    return { level, answer: wantsAnswer(open), over, text, since: open.start_s };
  }
  const { ended = "" } = patient.status;
  if (ended) return { level: ended === "has ended" ? "none" : "technical", answer: false, text: ended, since: 0 };
  if (silentFor > 3) {
    return { level: "technical", answer: false, text: `no signal for ${Math.floor(silentFor)} s`, since: 0 };
  }
  const { finding = "", technical = [] } = patient.status;
  const level = patient.status.level in LEVELS ? patient.status.level : "review";
  if (!finding && technical.length) {
    return { level: "technical", answer: false, text: technical.join(", "), since: 0 };
  }
  return { level: finding ? level : "none", answer: false, text: finding, since: 0 };
}

/** Compare two patients for the order of the wall: the most urgent first, of these those whose
 * alarm goes on, then by name. */
export function compareUrgency(a, b) {
  return rankOf(a.judged.level) - rankOf(b.judged.level)
    || Number(b.judged.answer) - Number(a.judged.answer)
    || Number(a.judged.over ?? false) - Number(b.judged.over ?? false)
    || a.name.localeCompare(b.name, undefined, { numeric: true });
}

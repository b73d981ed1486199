"""Find bigeminy and trigeminy: every second, or third, beat is a single ventricular one."""

from ecg_anomaly.findings.beat_batch import UNREADABLE, VENTRICULAR
from ecg_anomaly.findings.class_runs import ClassRun
from ecg_anomaly.findings.finding import Finding, rate_of

#: Kind of a pattern by the number of other beats between two ventricular ones.
PATTERNS = {1: "bigeminy", 2: "trigeminy"}


class PatternRule:
    """Finds single ventricular beats with equal numbers of other beats between them.

    Parameters
    ----------
    repeats : int
        Ventricular beats that make a pattern.
    """

    def __init__(self, repeats: int) -> None:
        self._repeats = repeats
        self._last: ClassRun | None = None  # the last ventricular beat, as long as it counts
        self._between = 0  # other beats since then
        self._apart = 0  # other beats between two ventricular ones of the pattern
        self._first: ClassRun | None = None  # the first ventricular beat of the pattern
        self._count, self._found_s, self._sure = 0, 0.0, 0.0

    def add(self, run: ClassRun) -> list[Finding]:
        """Take the next beats of one class; return the pattern that they end."""
        if run.number == VENTRICULAR and run.beats == 1:
            return self._add_single(run)
        self._between += run.beats
        if run.number in (VENTRICULAR, UNREADABLE) or self._between > max(PATTERNS):
            return self.finish()
        return []

    def finish(self) -> list[Finding]:
        """Return the pattern that is under way, if it has been repeated often enough."""
        last, self._last = self._last, None
        count, self._count = self._count, 0
        first, beats = self._first, (count - 1) * (self._apart + 1) + 1
        if last is None or first is None or count < self._repeats:
            return []
        rate = rate_of(beats, last.end_s - first.start_s)
        why = f"{count} ventricular beats, one of {self._apart + 1}"
        return [
            Finding(
                PATTERNS[self._apart], first.start_s, last.end_s, self._found_s, beats, rate,
                self._sure / count, why, first.lead,
            )
        ]  # fmt: skip

    def _add_single(self, run: ClassRun) -> list[Finding]:
        found: list[Finding] = []
        last, apart = self._last, self._between
        if last is None or apart not in PATTERNS:
            found = self.finish()
            self._begin(run)
        elif self._count > 1 and apart != self._apart:
            found = self.finish()
            self._begin(last)
        if self._last is not run:
            self._apart = apart
            self._join(run)
        self._last, self._between = run, 0
        return found

    def _begin(self, run: ClassRun) -> None:
        self._first = self._last = run
        self._count, self._sure = 0, 0.0
        self._join(run)

    def _join(self, run: ClassRun) -> None:
        self._count, self._sure = self._count + 1, self._sure + run.sure * run.quality
        if self._count == self._repeats:
            self._found_s = run.end_s

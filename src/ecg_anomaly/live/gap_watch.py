"""Watch the time since the last beat, for asystole and for electrodes that are off.

Neither has a next beat that would tell of it. So while no beat comes, the signal since the last one
is examined piece by piece, with the rule that `ecg_anomaly.findings.asystole` applies to the gaps
between the beats of a recording.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.asystole import HEART_BEATS, AsystoleRule, count_one
from ecg_anomaly.findings.beat_gaps import AFTER_PEAK_S, BEFORE_PEAK_S, is_searched
from ecg_anomaly.findings.beatless_signal import PIECE_S, SILENT, STEEP, examine_gap, find_steepest
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.p_wave_beats import comes_late, is_p_wave
from ecg_anomaly.findings.usual_rises import BEFORE_S, USUAL_BEATS, UsualRises, measure_usual
from ecg_anomaly.live import gap_spans
from ecg_anomaly.live.gap_spans import LATER, Span
from ecg_anomaly.live.signal_memory import SignalMemory

#: Seconds after a beat from which on the signal is examined. While beats come, a decision on one is
#: never so late, and nothing needs to be examined.
WAIT_S = 2.0

#: And so many after it at the latest, while all of it is remembered.
LATEST_S = 10.0

#: A gap that is shorter, in s, is examined anew when it has ended, while all of it is remembered.
ANEW_S = 15.0


@dataclass
class GapWatch:
    """What is known of the signal since the last beat.

    Attributes
    ----------
    limits : FindingLimits
    beat_s : float or None
        Time of the last beat that was decided on, in s; None before the first.
    spans : list of (float, float, str)
        What was examined since then, see `ecg_anomaly.live.gap_spans`.
    """

    limits: FindingLimits
    beat_s: float | None = None
    spans: list[Span] = field(default_factory=list)
    _seen: int = 0  # beats that can be trusted, as many as count
    _usual: UsualRises | None = None
    _usual_at: tuple[float, list[float]] | None = None  # where it is measured when it is asked for
    _last_s: list[float] = field(default_factory=list)  # the last beats, without P waves
    _hides: bool = False  # whether P waves that were found as beats have come since the last one
    _steep_s: float | None = None  # where the signal last rose as a QRS complex does
    _silent_until_s: float = 0.0  # farther than whole pieces, where that matters
    _quality: float = 1.0
    _lead: str = ""

    @property
    def asystole_since_s(self) -> float | None:
        """Since when it is an asystole, in s from its last beat; None while it is none."""
        since_s = gap_spans.silent_since(self.spans, self.beat_s, self._steep_s)
        until_s = max(self.spans[-1][1], self._silent_until_s) if self.spans else 0.0
        if since_s is None or until_s - since_s < self.limits.asystole_s:
            return None
        return since_s if self._seen >= HEART_BEATS else None

    @property
    def off_since_s(self) -> float | None:
        """Since when nothing is attached or recorded, see `gap_spans.off_since`."""
        return gap_spans.off_since(self.spans)

    def look(self, recent: SignalMemory, off_s: float = 0.0) -> None:
        """Examine the signal up to now, as far as whole pieces of it are there.

        Parameters
        ----------
        recent : SignalMemory
        off_s : float
            Nobody asks for fewer seconds in which nothing is attached: until then, and while it
            can be no asystole, the pieces after a beat are noted and examined later.
        """
        fs, now_s, beat_s = recent.fs, recent.n_samples / recent.fs, self.beat_s or 0.0
        if now_s - beat_s < WAIT_S:
            return
        size, at = max(2, round(PIECE_S * fs)), round(self._next_s() * fs)
        whole = at + max(0, recent.n_samples - at) // size * size
        if whole > at:
            if not self.spans and self.beat_s is not None:
                self._usual_at = at / fs, self._last_s
            self._add((at / fs, whole / fs, LATER), recent)
        limit_s = min(off_s, self.limits.asystole_s, LATEST_S) if beat_s >= BEFORE_S else 0.0
        due = now_s - beat_s >= limit_s
        self._measure_usual(recent, asked=due)
        if due:
            self._examine_noted(recent, size)
            self._look_at_the_rest(recent, size)

    def _measure_usual(self, recent: SignalMemory, asked: bool) -> None:
        """Measure how beats usually rise, when asked or before the signal of that is forgotten."""
        if self._usual_at is None:
            return
        at_s, last_s = self._usual_at
        needed_s = min([at_s - BEFORE_S, *last_s[:1]])
        if asked or needed_s < recent.n_samples / recent.fs - recent.keep_s + LATEST_S:
            self._usual, self._usual_at = measure_usual(recent, at_s, np.array(last_s)), None

    def _examine_noted(self, recent: SignalMemory, size: int) -> None:
        """Examine the pieces that were left for later."""
        if not self.spans or self.spans[-1][2] != LATER:
            return
        *self.spans, (start_s, end_s, _) = self.spans
        at = stop = round(end_s * recent.fs)
        while at / recent.fs > start_s:  # a beat may have cut the first piece
            at -= size
        for first_s, last_s, state in self._examine(recent, at, stop):
            self._add((max(first_s, start_s), last_s, state), recent)

    def _examine(self, recent: SignalMemory, start: int, stop: int) -> Iterator[Span]:
        edges = start / recent.fs, stop / recent.fs
        return examine_gap(recent, *edges, self.beat_s is not None, self._usual)

    def _look_at_the_rest(self, recent: SignalMemory, size: int) -> None:
        """See whether it is silent up to now, if an asystole is so near that it matters."""
        now_s = recent.n_samples / recent.fs
        since_s = gap_spans.silent_since(self.spans, self.beat_s, self._steep_s)
        if since_s is None or not 0 <= now_s - since_s - self.limits.asystole_s < PIECE_S:
            return
        last = self._examine(recent, recent.n_samples - size, recent.n_samples)
        if all(state == SILENT for _, _, state in last):
            self._silent_until_s = now_s

    def _next_s(self) -> float:
        if self.spans:
            return self.spans[-1][1]
        return 0.0 if self.beat_s is None else self.beat_s + AFTER_PEAK_S

    def _add(self, span: Span, recent: SignalMemory) -> None:
        if span[2] == STEEP:
            self._steep_s = find_steepest(recent, span[1])
        self.spans = gap_spans.add_span(self.spans, span)

    def add_beat(
        self, recent: SignalMemory, time_s: float, quality: float = 1.0, lead: str = ""
    ) -> list[Finding]:
        """Take a beat that was decided on; return the asystole or pause that ended with it.

        Parameters
        ----------
        recent : SignalMemory
        time_s : float
            R peak in s.
        quality, lead : float, str
            Of the beat, for a finding that begins with it; 0 for one that cannot be read.
        """
        trusted, seen = quality >= TRUSTED_QUALITY, self._seen
        self._seen = count_one(trusted, seen)
        if comes_late(time_s, self._last_s) and is_p_wave(recent, time_s, np.array(self._last_s)):
            self._hides = True
            return []
        both = trusted and (self.beat_s is None or self._quality >= TRUSTED_QUALITY)
        long = is_searched(time_s - (self.beat_s or 0.0), both and not self._hides, self.limits)
        found = self._judge_gap(recent, time_s) if long and seen >= HEART_BEATS else []
        self.beat_s, self._quality, self._lead, self._hides = time_s, quality, lead, False
        self._last_s = [*self._last_s[1 - USUAL_BEATS :], time_s]
        self.spans = gap_spans.cut_before(self.spans, time_s + AFTER_PEAK_S)
        return found

    def _judge_gap(self, recent: SignalMemory, time_s: float) -> list[Finding]:
        """Apply the rule to the gap before a beat, with its last piece cut before the QRS."""
        if self.beat_s is not None and time_s - self.beat_s < ANEW_S:
            # As in a recording: the pieces begin with the beat that is known by now.
            self.spans = []
            self._usual_at = round(self._next_s() * recent.fs) / recent.fs, self._last_s
            self._measure_usual(recent, asked=True)
        rule, last_s, found = AsystoleRule(self.limits), time_s - BEFORE_PEAK_S, []
        if self.beat_s is not None:
            rule.add_beat(self.beat_s, self._quality, self._lead)
        end_s = self.spans[0][0] if self.spans else self._next_s()
        for start_s, stop_s, state in self.spans:
            if start_s < last_s:
                whole = np.floor((min(stop_s, last_s) - start_s) / PIECE_S + 1e-6)
                end_s = start_s + float(whole) * PIECE_S
                found += rule.add_piece(start_s, end_s, state) if whole else []
        rest = self._examine(recent, round(end_s * recent.fs), round(last_s * recent.fs))
        found += [f for piece in rest for f in rule.add_piece(*piece)]
        return found + rule.add_beat(time_s)

    def finish(self, end_s: float) -> list[Finding]:
        """Return the asystole that is under way when the stream ends."""
        since_s, rule = self.asystole_since_s, AsystoleRule(self.limits)
        if since_s is None:
            return []
        rule.add_beat(since_s, self._quality, self._lead)
        rule.add_piece(since_s, end_s, SILENT)
        return rule.finish()

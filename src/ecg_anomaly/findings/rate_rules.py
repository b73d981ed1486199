"""Rules on the heart rate: extreme bradycardia and tachycardia, pauses, a new rate that stays."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ecg_anomaly.beats.r_peaks.sliding import take_windows
from ecg_anomaly.findings.beat_batch import BeatBatch
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.spells import Spell, Spells

#: Fewer beats are taken as copies of their windows.
FEW_BEATS = 200


class ExtremeRateRule:
    """Finds a number of beats in a row that are slower, or faster, than a limit.

    Bradycardia: every interval is longer than the limit, so that a single pause is none, and
    shorter than an asystole, which the signal tells; in noise beats are missed for as long.
    Tachycardia: the mean interval is shorter, because the rate of a tachycardia in atrial
    fibrillation varies from beat to beat.

    Parameters
    ----------
    kind : str
        ``"extreme_bradycardia"`` or ``"extreme_tachycardia"``.
    limits : FindingLimits
    """

    def __init__(self, kind: str, limits: FindingLimits) -> None:
        self._kind, self._slow = kind, kind == "extreme_bradycardia"
        self._longest_s = limits.asystole_s
        self._beats = limits.brady_beats if self._slow else limits.tachy_beats
        self._bpm = limits.brady_bpm if self._slow else limits.tachy_bpm
        self._spells = Spells(back=self._beats - 1, join_s=5.0)
        self._rr_s = np.full(self._beats - 1, np.nan)  # the last intervals

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the findings that are over."""
        n = self._beats - 1
        rr_s = np.concatenate([self._rr_s, beats.rr_s])
        self._rr_s = rr_s[len(rr_s) - n :]
        if self._slow:
            slow = (rr_s > 60 / self._bpm) & (rr_s < self._longest_s)
            late = np.cumsum(np.append(0, slow))
            holds = (late[n:] - late[:-n] == n)[1:]
        else:
            known = np.where(np.isnan(rr_s), np.inf, rr_s)
            # A view of many beats needs no copies, and is slow to make for one.
            view = take_windows if len(known) < FEW_BEATS else sliding_window_view
            sums = view(known, n).sum(axis=1)
            holds = (sums < n * 60 / self._bpm)[1:]
        return [self._describe(spell) for spell in self._spells.extend(holds, beats)]

    def finish(self) -> list[Finding]:
        """Return the finding that is not over when the recording ends."""
        return [self._describe(spell) for spell in self._spells.finish()]

    @property
    def is_quiet(self) -> bool:
        """True while the last beats are at no such rate."""
        return not self._spells.is_open

    def under_way(self) -> list[Finding]:
        """Return the finding that is not over, as it is by now."""
        return [self._describe(spell) for spell in self._spells.under_way()]

    def _describe(self, spell: Spell) -> Finding:
        rate = rate_of(spell.beats, spell.end_s - spell.start_s)
        side = "under" if self._slow else "over"
        mean = "" if self._slow else " on average"
        bpm = rate or 0.0
        beyond = bpm < self._bpm if self._slow else bpm > self._bpm
        part = "" if beyond else f", {self._beats} of them"  # a long one may be within the limit
        why = f"{spell.beats} beats in a row{part} {side} {self._bpm:g} a minute{mean}"
        return Finding(
            self._kind, spell.start_s, spell.end_s, spell.found_s, spell.beats, rate,
            spell.quality / spell.held, why, spell.lead,
        )  # fmt: skip


class PauseRule:
    """Finds RR intervals between trusted beats that are as long as a pause, or longer.

    Parameters
    ----------
    limits : FindingLimits
        An interval as long as an asystole is left to that rule.
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._least_s, self._most_s = limits.pause_s, limits.asystole_s

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the pauses that end with one of them."""
        rows = np.flatnonzero((beats.rr_s >= self._least_s) & (beats.rr_s < self._most_s))
        return [
            Finding(
                "pause", float(beats.time_s[row] - beats.rr_s[row]), float(beats.time_s[row]),
                float(beats.time_s[row]), 2, 60 / float(beats.rr_s[row]),
                float(beats.quality[row]), f"RR of {beats.rr_s[row]:.2f} s", str(beats.lead[row]),
            )
            for row in rows.tolist()
        ]  # fmt: skip

    def finish(self) -> list[Finding]:
        """Return nothing: a pause ends with a beat."""
        return []

    def under_way(self) -> list[Finding]:
        """Return nothing, for the same reason."""
        return []


class RateChangeRule:
    """Finds a rate that is suddenly another one, and stays.

    The beats are taken in blocks, each with the median of its RR intervals. A change is a block
    whose median differs from that of the block before, while all blocks of the next
    ``rate_change_s`` differ from it in the same direction.

    Parameters
    ----------
    limits : FindingLimits
    """

    BLOCK_BEATS = 16

    def __init__(self, limits: FindingLimits) -> None:
        self._change, self._lasting_s = 1 + limits.rate_change, limits.rate_change_s
        self._rr_s, self._time_s = np.zeros(0), np.zeros(0)
        self._usual_s = np.nan  # median RR before the change, or of the last block
        self._blocks: list[tuple[float, float, float]] = []  # start, end, median of the new rate

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the changes that have lasted long enough by now."""
        known = np.isfinite(beats.rr_s)
        rr_s = np.concatenate([self._rr_s, beats.rr_s[known]])
        time_s = np.concatenate([self._time_s, beats.time_s[known]])
        n = len(rr_s) // self.BLOCK_BEATS * self.BLOCK_BEATS
        self._rr_s, self._time_s = rr_s[n:], time_s[n:]
        if not n:
            return []
        medians = np.median(rr_s[:n].reshape(-1, self.BLOCK_BEATS), axis=1)
        starts = (time_s[:n] - rr_s[:n])[:: self.BLOCK_BEATS]
        ends = time_s[self.BLOCK_BEATS - 1 : n : self.BLOCK_BEATS]
        blocks = zip(starts.tolist(), ends.tolist(), medians.tolist(), strict=True)
        return [finding for block in blocks for finding in self._add(block)]

    def is_quiet(self, now_s: float) -> bool:
        """Tell whether no change can have lasted long enough at a beat at `now_s` yet."""
        if not len(self._rr_s):
            return not self._blocks
        return not self._blocks and now_s - self._time_s[0] + self._rr_s[0] < self._lasting_s

    def finish(self) -> list[Finding]:
        """Return nothing: a change that has not lasted long enough is none."""
        return []

    def under_way(self) -> list[Finding]:
        """Return nothing, for the same reason."""
        return []

    def _add(self, block: tuple[float, float, float]) -> list[Finding]:
        _, end_s, median_s = block
        differs = self._side(median_s)
        if self._blocks and differs == self._side(self._blocks[0][2]):
            self._blocks.append(block)
        else:
            self._blocks = [block] if differs else []
        if not differs:
            self._usual_s = median_s
            return []
        first = self._blocks[0]
        if end_s - first[0] < self._lasting_s:
            return []
        new_s = float(np.median([b[2] for b in self._blocks]))
        old_s, self._usual_s, self._blocks = self._usual_s, median_s, []
        why = f"from {60 / old_s:.0f} to {60 / new_s:.0f} a minute within {self.BLOCK_BEATS} beats"
        beats = round((end_s - first[0]) / new_s)
        return [Finding("rate_change", first[0], end_s, end_s, beats, 60 / new_s, 1.0, why)]

    def _side(self, median_s: float) -> int:
        """Return 1 for slower than before, -1 for faster, 0 for no change."""
        if median_s > self._usual_s * self._change:
            return 1
        return -1 if median_s * self._change < self._usual_s else 0

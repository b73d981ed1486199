"""Find the beats of a recording in progress and cut each window as soon as it is final."""

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.r_peaks.r_peak_finder import RPeakFinder
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.due_beats import DueBeats, NewBeats
from ecg_anomaly.detector.kept_noise import KeptNoise
from ecg_anomaly.detector.stream_gaps import StreamGaps
from ecg_anomaly.detector.stream_leads import StreamLeads
from ecg_anomaly.detector.stream_signal import StreamSignal
from ecg_anomaly.detector.stream_tops import StreamTops
from ecg_anomaly.features.rhythm_context import NextPeak

State = dict[str, NDArray[Any]]

#: Longest time in s that a beat waits for the next R peak before it is cut: then a pause follows,
#: and the signal before it need not be held until the pause ends.
LONGEST_RR_S = 3.0

#: Signal that is held before the oldest is dropped, as a multiple of what a beat depends on.
HELD = 1.5


class StreamCutter:
    """Finds and cuts the beats of one recording.

    A beat is cut when its window is final and the next R peak is known, so that it need not be
    looked at twice.

    Parameters
    ----------
    scorer : ChunkScorer
        Cuts the windows.
    fs : float
        Sampling rate in Hz of the samples that are held.
    step : int
        Samples that come for each that is held.
    reach : Reach
        The signal that the window of a beat, and whether it can be read, depend on.

    Attributes
    ----------
    scorer, fs
        As given.
    signal : StreamSignal
    gaps : StreamGaps
    finder : RPeakFinder
    leads : StreamLeads
        What has been filtered of the signal.
    tops : StreamTops
        What of the signal may be clipped.
    noise : KeptNoise or None
        What was measured of the last beats, for the next one.
    peaks : (n,) int64
        R peaks, those that have been cut included as far as later beats depend on them.
    """

    def __init__(self, scorer: ChunkScorer, fs: float, step: int, reach: Reach) -> None:
        self.scorer, self.fs, n_leads = scorer, fs, len(scorer.leads.order)
        self._back, self._ahead, self._longest_rr = (
            int(np.ceil(s * fs)) for s in (*reach, LONGEST_RR_S)
        )
        self.signal, self.leads = StreamSignal(step, scorer.leads.order), StreamLeads()
        self.tops = StreamTops()
        self.noise: KeptNoise | None = None
        self.gaps, self.finder = StreamGaps(fs, n_leads), RPeakFinder(fs, n_leads)
        # R peaks in order; the first `_n_cut` of them have been cut, and say how noisy it was.
        self.peaks, self._n_cut = np.zeros(0, np.int64), 0
        # The others, mostly one: questions about so few are asked of a list many times faster.
        self._uncut: list[int] = []

    @property
    def uncut_s(self) -> NDArray[np.float64]:
        """Times (n,) in s of the R peaks that are known and whose windows are not cut yet."""
        uncut = self._uncut[: bisect_left(self._uncut, self.finder.final_until)]
        return np.array([sample / self.fs for sample in uncut])

    def append(self, signal: NDArray[np.float32], whole: bool = False) -> NDArray[np.float32]:
        """Take the next samples of all leads; return those in which R peaks can be looked for.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing; n may be 0.
        whole : bool
            True when it is known that none is missing, which saves a search.
        """
        new = self.signal.append(signal, whole)
        # A lead that was missing for as long before is in no short gap.
        settled = self.signal.is_settled(self.signal.end - len(new) - self.gaps.longest - 1)
        return self.gaps.push(new, settled=settled)

    def find_due(self, new: NDArray[np.int64], n_waiting: int = 0) -> DueBeats | None:
        """Find the beats that can be cut now.

        Parameters
        ----------
        new : (m,) int64
            R peaks that `finder` returned since the last call.
        n_waiting : int
            Beats that have been cut and are not decided on yet.

        Returns
        -------
        DueBeats or None
            None when no beat can be cut and none waits for a decision.
        """
        if len(new):
            self._add_peaks(new)
        until, uncut = self.finder.final_until, self._uncut
        known, latest = bisect_left(uncut, until), self.signal.end - self._ahead
        n = max(
            min(known - 1, bisect_right(uncut, latest, 0, known)),
            bisect_right(uncut, latest - self._longest_rr, 0, known),
            0,
        )
        after = uncut[n] if n < known else None
        if n == 0 and n_waiting <= (after is None):  # as for most pieces of signal
            self._forget_old(until)
            return None
        return DueBeats(self.peaks[self._n_cut : self._n_cut + n], until, after)

    def finish(self) -> DueBeats:
        """Return the beats that are left: no more samples will come."""
        end, rest = self.signal.end, self.gaps.push(self.signal.held[:0], last=True)
        last = np.concatenate([self.finder.extend(rest), self.finder.finish()])
        self._add_peaks(np.minimum(last, max(0, end - 1)))
        return DueBeats(self.peaks[self._n_cut :], end, None, ended=True)

    def _add_peaks(self, new: NDArray[np.int64]) -> None:
        """Add R peaks, which are in order; two of them may be the same sample."""
        former = self.peaks
        self.peaks = np.concatenate([former, new])
        if len(new) > 1 or (len(new) and len(former) and former[-1] >= new[0]):
            self.peaks = np.unique(self.peaks)
        self._uncut = self.peaks[self._n_cut :].tolist()

    def depends_on(self, target: range) -> int:
        """Return the first sample that windows depend on; it may lie before the recording."""
        return target.start - self._back

    @property
    def last_cut(self) -> int | None:
        """R peak of the last beat that has been cut, if it is known."""
        return int(self.peaks[self._n_cut - 1]) if self._n_cut else None

    def cut(self, due: DueBeats) -> DetectedBeats:
        """Cut the windows of beats."""
        target = due.target
        first = max(self.signal.start, self.depends_on(target))
        excerpt = self.signal.excerpt(first if len(due.sample) else self.signal.end, due.ended)
        return self.scorer.cut_at(excerpt, self.peaks, target, self.signal.count_lost)

    def complete(self, due: DueBeats, beats: DetectedBeats) -> NewBeats:
        """Return beats that have been cut, and drop the signal that they alone depended on."""
        self._n_cut, self._uncut = self._n_cut + len(beats), self._uncut[len(beats) :]
        following, until = None, due.until
        if due.after is not None:
            lost = self.signal.lost_before(due.after)
            following = NextPeak(due.after / self.fs, lost / self.fs)
            until = min(until, due.after)
        if not due.ended:
            self._forget_old(due.until)
        return NewBeats(beats, until / self.fs, following)

    def _forget_old(self, until: int) -> None:
        """Drop signal and R peaks that no beat to come depends on, when they have become many."""
        first = (self._uncut[0] if self._uncut else until) - self._back
        if self.signal.end - self.signal.start > HELD * (self.signal.end - first):
            self.signal.forget(first)
            n = min(int(np.searchsorted(self.peaks, first)), self._n_cut)
            self.peaks, self._n_cut = self.peaks[n:], self._n_cut - n

    def state(self) -> dict[str, State]:
        """Return its state as arrays."""
        return {
            "signal": self.signal.state(),
            "gaps": {"held": self.gaps.held, "n_given": np.array(self.gaps.n_given)},
            "finder": self.finder.state(),
            "peaks": {"sample": self.peaks, "n_cut": np.array(self._n_cut)},
            "leads": self.leads.state(),
        }

    def restore(self, state: dict[str, State]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError, KeyError
            When it is not one of a recording with these leads.
        """
        self.signal.restore(state["signal"])
        self.gaps.held = state["gaps"]["held"].astype(np.float32)
        self.gaps.n_given = int(state["gaps"]["n_given"])
        self.finder = RPeakFinder.from_state(self.fs, state["finder"])
        self.peaks = state["peaks"]["sample"].astype(np.int64)
        self._n_cut = int(state["peaks"]["n_cut"])
        if not 0 <= self._n_cut <= len(self.peaks):
            raise ValueError("counts of beats")
        self._uncut = self.peaks[self._n_cut :].tolist()
        self.leads.restore(state["leads"])
        self.noise = None

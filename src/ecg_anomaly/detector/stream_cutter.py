"""Find the beats of a running recording and cut their windows, as early as both are final."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.r_peaks.r_peak_finder import RPeakFinder
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.stream_gaps import StreamGaps
from ecg_anomaly.detector.stream_signal import StreamSignal
from ecg_anomaly.features.beat_context import DetectedBeats
from ecg_anomaly.features.rhythm_context import NextPeak

State = dict[str, NDArray[Any]]


#: A beat waits so many s at most for the next R peak before it is cut: what follows is a pause, and
#: the signal before it need not be held until it ends.
LONGEST_RR_S = 3.0

#: So many times the signal that a beat depends on is held before the oldest is dropped.
HELD = 1.5


class NewBeats(NamedTuple):
    """What has become known of a recording, as `ContextBuilder.extend` takes it.

    Attributes
    ----------
    beats : DetectedBeats
        Those whose windows are cut now; perhaps none.
    known_s : float
        Time in s before which no other beat will come any more.
    after : NextPeak or None
        The R peak that follows them; None when it is not known yet, or the recording has ended.
    """

    beats: DetectedBeats
    known_s: float
    after: NextPeak | None


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
    """

    def __init__(self, scorer: ChunkScorer, fs: float, step: int, reach: Reach) -> None:
        self._scorer, self._fs = scorer, fs
        self._back, self._ahead, self._longest_rr = (
            int(np.ceil(s * fs)) for s in (*reach, LONGEST_RR_S)
        )
        self._signal = StreamSignal(step, scorer.order)
        self._gaps = StreamGaps(fs, len(scorer.order))
        self._finder = RPeakFinder(fs, len(scorer.order))
        # R peaks in order; the first `_n_cut` of them have been cut, and say how noisy it was.
        self._peaks, self._n_cut = np.zeros(0, np.int64), 0

    @property
    def uncut_s(self) -> NDArray[np.float64]:
        """Times (n,) in s of the R peaks that are known and whose windows are not cut yet."""
        final = self._peaks[self._n_cut : np.searchsorted(self._peaks, self._finder.final_until)]
        return final / self._fs

    def push(self, signal: NDArray[np.float32], n_waiting: int = 0) -> NewBeats | None:
        """Take the next samples of all leads.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing; n may be 0.
        n_waiting : int
            Beats given before that are not decided on.

        Returns
        -------
        NewBeats or None
            None when there is nothing that a beat waits for.
        """
        new = self._finder.extend(self._gaps.push(self._signal.append(signal)))
        if len(new):
            self._peaks = np.unique(np.concatenate([self._peaks, new]))
        until = self._finder.final_until
        final, end = self._peaks[: np.searchsorted(self._peaks, until)], self._signal.end
        n = max(
            min(len(final) - 1, int(np.searchsorted(final, end - self._ahead, "right"))),
            int(np.searchsorted(final, end - self._ahead - self._longest_rr, "right")),
            self._n_cut,
        )
        after = int(final[n]) if n < len(final) else None
        if n == self._n_cut and n_waiting <= (after is None):
            self._forget_old(until)
            return None
        found = self._cut(n, until, after)
        self._forget_old(until)
        return found

    def finish(self) -> NewBeats:
        """Return the beats that are left: no more samples will come."""
        end, rest = self._signal.end, self._gaps.push(self._signal.held[:0], last=True)
        last = np.concatenate([self._finder.extend(rest), self._finder.finish()])
        self._peaks = np.unique(np.concatenate([self._peaks, np.minimum(last, max(0, end - 1))]))
        return self._cut(len(self._peaks), end, None, ended=True)

    def _cut(self, n: int, until: int, after: int | None, ended: bool = False) -> NewBeats:
        """Cut the R peaks up to the n-th."""
        mine = self._peaks[self._n_cut : n]
        home = range(int(mine[0]), int(mine[-1]) + 1) if len(mine) else range(0)
        first = max(self._signal.start, home.start - self._back)
        excerpt = self._signal.excerpt(first if len(mine) else self._signal.end, ended)
        beats = self._scorer.cut_at(excerpt, self._peaks, home, self._signal.count_lost)
        self._n_cut = n
        following = None
        if after is not None:
            (lost,) = self._signal.count_lost(np.array([after])).tolist()
            following = NextPeak(after / self._fs, lost / self._fs)
            until = min(until, after)
        return NewBeats(beats, until / self._fs, following)

    def _forget_old(self, until: int) -> None:
        """Drop signal and R peaks that no beat to come depends on, when they have become many."""
        pending = self._peaks[self._n_cut :]
        first = (int(pending[0]) if len(pending) else until) - self._back
        if self._signal.end - self._signal.start > HELD * (self._signal.end - first):
            self._signal.forget(first)
            n = min(int(np.searchsorted(self._peaks, first)), self._n_cut)
            self._peaks, self._n_cut = self._peaks[n:], self._n_cut - n

    def state(self) -> dict[str, State]:
        """Return all that it knows, as arrays."""
        return {
            "signal": self._signal.state(),
            "gaps": {"held": self._gaps.held, "n_given": np.array(self._gaps.n_given)},
            "finder": self._finder.state(),
            "peaks": {"sample": self._peaks, "n_cut": np.array(self._n_cut)},
        }

    def restore(self, state: dict[str, State]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError, KeyError
            When it is not one of a recording with these leads.
        """
        self._signal.restore(state["signal"])
        self._gaps.held = state["gaps"]["held"].astype(np.float32)
        self._gaps.n_given = int(state["gaps"]["n_given"])
        self._finder = RPeakFinder.from_state(self._fs, state["finder"])
        self._peaks = state["peaks"]["sample"].astype(np.int64)
        self._n_cut = int(state["peaks"]["n_cut"])
        if not 0 <= self._n_cut <= len(self._peaks):
            raise ValueError("counts of beats")

"""What is kept of one recording in progress: its recent signal, and the past of its beats."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.due_beats import NewBeats
from ecg_anomaly.detector.engine import place_beats
from ecg_anomaly.detector.stream_cutter import StreamCutter
from ecg_anomaly.features.asked_beats import ForeseenBeat
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.cached_summaries import read_summaries, write_summaries
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.rhythm_context import NextPeak
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import Record

State = dict[str, NDArray[Any]]


class RunningBeats:
    """The state of one recording in progress that its next beats depend on.

    Parameters
    ----------
    detector : Detector
    name : str
        Of the recording.
    fs : float
        Sampling rate in Hz.
    leads : sequence of str
    prefer_first : bool
        Read the preferred lead wherever it can be read.

    Attributes
    ----------
    detector : Detector
    scorer : ChunkScorer
    cutter : StreamCutter
    n_waiting : int
        Beats that have been cut and wait for those that they are compared with.
    foreseen : ForeseenBeat or None
        The next beat, where the minutes that it is compared with may be summarised already.
    """

    def __init__(
        self, detector: Detector, name: str, fs: float, leads: Sequence[str], prefer_first: bool
    ) -> None:
        empty = Record(name, name, np.zeros((0, len(leads)), np.float32), fs, tuple(leads))
        self.detector, self._fs, self._slow = detector, fs, average_down(empty)
        self.scorer = ChunkScorer(detector, self._slow, prefer_first=prefer_first)
        self.cutter = self._make_cutter()
        self._context = ContextBuilder(detector.features, self.scorer.leads.first_leads)
        self.n_waiting = 0
        self.foreseen: ForeseenBeat | None = None

    def _make_cutter(self) -> StreamCutter:
        reach = window_reach(self.detector.preprocess)
        return StreamCutter(self.scorer, self._slow.fs, self._slow.step, reach)

    def extend(self, new: NewBeats, last: bool = False) -> BeatsWithPast | None:
        """Take beats that have been cut.

        Parameters
        ----------
        new : NewBeats
            From `cutter`, in order.
        last : bool
            True when the recording ends after them.

        Returns
        -------
        BeatsWithPast or None
            Those that can be decided on now.
        """
        ready = self._context.extend(new.beats, last, new.known_s, new.after)
        self.n_waiting += len(new.beats) - (ready.until - ready.since if ready else 0)
        self.foreseen = self._foresee(ready, new.after) if ready and new.after else None
        return ready

    def _foresee(self, ready: BeatsWithPast, after: NextPeak) -> ForeseenBeat | None:
        """Return the next beat, if it is compared with other minutes than the last one."""
        last, known = ready.until - 1, ready.known
        moved_s = ready.clock.moved_at(after.time_s)
        if moved_s == ready.moved_s[-1] or ready.until < len(known) or known.unreadable[last] != "":
            return None
        choice = int(known.choice[last])
        columns = tuple(self.scorer.leads.choices[choice])
        return ForeseenBeat(ready, columns, choice > 0, after.time_s)

    def place(self, found: BeatDecisions) -> BeatDecisions:
        """Return decisions on the samples of the recording."""
        return found if self._slow.step == 1 else place_beats(found, self._slow, self._fs)

    def state(self) -> dict[str, State]:
        """Return its state as arrays."""
        summaries = write_summaries(self._context.cache)
        return {"context": self._context.state(), "summaries": summaries} | self.cutter.state()

    def restore(self, state: dict[str, State], n_waiting: int) -> None:
        """Go on from a state; when it is none, nothing has changed.

        Raises
        ------
        ValueError, KeyError, TypeError, OverflowError
            When it is not one of a recording with these leads.
        """
        cutter, features = self._make_cutter(), self.detector.features
        cutter.restore(state)
        first_leads = self.scorer.leads.first_leads
        context = ContextBuilder.from_state(features, first_leads, state["context"])
        read_summaries(state["summaries"], context.cache, self.detector.window)
        self._context, self.cutter = context, cutter
        self.n_waiting, self.foreseen = n_waiting, None

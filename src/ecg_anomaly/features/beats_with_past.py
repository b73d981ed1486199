"""Beats of a record with the other beats that they are compared with, and the comparison itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.window_alignment import align_windows
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import (
    BeatsInContext,
    DetectedBeats,
    History,
    take_leads,
    take_marks,
)
from ecg_anomaly.features.history_windows import HistoryClock, find_windows
from ecg_anomaly.features.look_back import PastBeats, leave_out, look_back
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.features.slow_history import SlotBeats, find_slow_windows, summarise_slots


@dataclass(frozen=True)
class BeatsWithPast:
    """Beats whose context is complete, with the other beats that they are compared with.

    Attributes
    ----------
    known : DetectedBeats
        Earlier beats that these are compared with, the beats themselves, and later beats, which
        only the first ones of a record or on a lead are compared with.
    since, until : int
        Rows of the beats themselves: from `since` up to, and without, `until`.
    previous_s : (n,) float64
        RR interval before each of all that are known, in s; NaN where unknown.
    clock : HistoryClock
        Which of the known beats each of the beats themselves is compared with.
    intervals, rhythm : dataclasses
        Of the beats themselves.
    measured : Intervals
        Of the beats themselves, NaN where so much signal is missing that a beat may be lost in
        it, and where noise makes it unknown.
    slots : SlotBeats
        Beats of the last hour.
    """

    known: DetectedBeats
    since: int
    until: int
    previous_s: NDArray[np.float64]
    clock: HistoryClock
    intervals: Intervals
    rhythm: RhythmContext
    measured: Intervals
    slots: SlotBeats

    @property
    def beats(self) -> DetectedBeats:
        """The beats themselves."""
        return self.known.select(slice(self.since, self.until))

    @property
    def rr_s(self) -> NDArray[np.float64]:
        """Intervals from the beat before as they are, (n,) float64, in s.

        NaN for the record's first, where a beat may be lost in missing signal, and in noise.
        """
        before = self.known.time_s[self.since - 1 : self.since] if self.since else [np.nan]
        rr_s = np.diff(self.known.time_s[self.since : self.until], prepend=before)
        return np.where(np.isnan(self.measured.previous_s), np.nan, rr_s)

    def put_in_context(
        self,
        features: FeaturesConfig,
        window: BeatWindow,
        columns: Sequence[int] | None = None,
        rows: NDArray[np.intp] | None = None,
        align: bool = False,
    ) -> BeatsInContext:
        """Compare the beats with the others; this is the slow part, and needs no order.

        Parameters
        ----------
        features : FeaturesConfig
            ``regular_rr`` and ``history_beats``.
        window : BeatWindow
        columns : sequence of int, optional
            Leads of the windows to compare, -1 for one that is lacking; all by default. The first
            one says which other beats are compared with.
        rows : (m,) int, optional
            Some of the beats; all by default.
        align : bool
            Whether windows are moved to the R peaks of the first lead, see `align_windows`.
        """
        known, n_beats = self.known, self.until - self.since
        columns = range(known.waveform.shape[2]) if columns is None else columns
        rows = np.arange(n_beats) if rows is None else rows
        intervals, rhythm = self.intervals.select(rows), self.rhythm.select(rows)
        trusted = known.trusted[:, columns[0]]
        waveform, present = take_leads(known.waveform, columns), take_marks(known.present, columns)
        waveform = align_windows(waveform, window) if align else waveform
        past = PastBeats(known.time_s, waveform, present, trusted, self.previous_s)
        windows = find_windows(known.time_s, self.clock, trusted, present[:, 0], self.since + rows)
        history, there = look_back(
            past, features.regular_rr, windows, features.history_beats, window
        )
        mine = history.divide(waveform[self.since + rows])
        there[:, 1:] &= present[self.since + rows, 1:]
        there[:, 0] = True
        mine, history = leave_out(mine, history, there, window)
        hour = self._look_back_slowly(history, rows, columns, features, window, align)
        _, hour = leave_out(mine, hour, there, window)
        return BeatsInContext(mine, intervals, rhythm, history, hour)

    def _look_back_slowly(
        self,
        minutes: History,
        rows: NDArray[np.intp],
        columns: Sequence[int],
        features: FeaturesConfig,
        window: BeatWindow,
        align: bool,
    ) -> History:
        """Summarise the last hour before some beats; the last minutes where it is not known."""
        slots = self.slots.take_leads(columns)
        if align:
            slots = replace(slots, waveform=align_windows(slots.waveform, window))
        windows = find_slow_windows(slots, self.beats.time_s[rows], features)
        if not windows.n:
            return minutes
        slow, known = summarise_slots(slots, windows, features.regular_rr, window)
        return minutes.replaced_by(slow, known, windows.of_beat)

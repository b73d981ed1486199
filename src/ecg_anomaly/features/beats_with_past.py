"""Beats of a record with the other beats that they are compared with, and the comparison itself."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats, take_leads, take_marks
from ecg_anomaly.beats.window_alignment import align_windows
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.history_windows import HistoryClock, find_windows
from ecg_anomaly.features.interval_network import take_recent
from ecg_anomaly.features.kept_summaries import KeptSummaries
from ecg_anomaly.features.look_back import PastBeats, leave_out, look_back
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.features.slot_beats import SlotBeats
from ecg_anomaly.features.slow_history import find_slow_windows, renewal_ends, summarise_slots
from ecg_anomaly.features.two_histories import TwoHistories


@dataclass(frozen=True)
class Comparison:
    """On which leads beats are compared, and how.

    Attributes
    ----------
    features : FeaturesConfig
        ``regular_rr``, ``history_beats`` and ``slow_history_s``.
    window : BeatWindow
    columns : tuple of int
        Leads of the windows, -1 for one that is lacking.
    align : bool
        Whether windows are moved to the R peaks of the first lead, see `align_windows`.
    """

    features: FeaturesConfig
    window: BeatWindow
    columns: tuple[int, ...]
    align: bool

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What the summary of some beats depends on, beside the beats."""
        features = self.features
        return self.columns, self.align, self.window, features.regular_rr, features.history_beats

    def take(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the leads out of windows of all leads, ``(n, window, n_leads)``."""
        return self.align_leads(take_leads(waveform, self.columns))

    def align_leads(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move windows of these leads where they are to be moved."""
        return align_windows(waveform, self.window) if self.align else waveform


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
    kept : KeptSummaries
        Summaries of windows, for later beats with the same ones.
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
    kept: KeptSummaries

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
        n_leads = self.known.waveform.shape[2]
        columns = range(n_leads) if columns is None else columns
        seen = Comparison(features, window, tuple(columns), align)
        rows = np.arange(self.until - self.since) if rows is None else rows
        intervals, rhythm = self.intervals.select(rows), self.rhythm.select(rows)
        minutes = self._look_back(self.since + rows, seen)
        slow = self._look_back_slowly(minutes, self.known.time_s[self.since + rows], seen)
        there = minutes.known.copy()
        there[:, 1:] &= take_marks(self.known.present[self.since + rows], seen.columns[1:])
        there[:, 0] = True
        waveform = seen.take(self.known.waveform[self.since + rows])
        history, second = minutes.or_second_of(slow).nearer(waveform, there, window)
        hour, _ = slow.or_second_of(minutes).nearer(waveform, there, window)
        mine, history = leave_out(history.divide(waveform), history, there, window)
        _, hour = leave_out(mine, hour, there, window)
        recent = take_recent(self.previous_s, self.since + rows, intervals.next_s)
        if not features.interval_odds:
            recent = np.full_like(recent, np.nan)
        return BeatsInContext(mine, intervals, rhythm, history, hour, recent, second)

    def _look_back(self, own: NDArray[np.intp], seen: Comparison) -> TwoHistories:
        """Summarise the last minutes before some of the known beats."""
        known, kind = self.known, ("minutes", seen.key)
        found = self.kept.find(kind, self.clock.moved_s(known.time_s[own]))
        if found is not None:
            return found.select(np.zeros(len(own), np.intp))
        good, there = (
            take_marks(m, seen.columns[:1])[:, 0] for m in (known.trusted, known.present)
        )
        windows = find_windows(known.time_s, self.clock, good, there, own)
        rows = slice(windows.first.min(initial=0), windows.end.max(initial=0))
        past = PastBeats(
            known.time_s[rows], seen.take(known.waveform[rows]),
            take_marks(known.present[rows], seen.columns), good[rows], self.previous_s[rows],
        )  # fmt: skip
        features = seen.features
        minutes = look_back(
            past,
            features.regular_rr,
            windows.since(rows.start),
            features.history_beats,
            seen.window,
        )
        if len(own) and windows.full[-1]:
            self.kept.keep(kind, float(windows.moved_s[-1]), minutes.select(np.array([-1])))
        return minutes.select(windows.of_beat)

    def _look_back_slowly(
        self, minutes: TwoHistories, time_s: NDArray[np.float64], seen: Comparison
    ) -> TwoHistories:
        """Summarise the last hour before some beats; the last minutes where it is not known."""
        ends = renewal_ends(time_s, seen.features)
        found = self.kept.find(("hour", seen.key), ends)
        if found is not None:
            rows = np.zeros(len(ends), np.intp)
            return minutes.replaced_by(found, rows) if found else minutes
        slots = self.slots.take_leads(seen.columns)
        windows, newest = find_slow_windows(slots, time_s, seen.features), None
        if windows.n:
            slots = replace(slots, waveform=seen.align_leads(slots.waveform))
            slow = summarise_slots(slots, windows, seen.features.regular_rr, seen.window)
            if len(ends) and windows.of_beat[-1] == windows.n - 1:
                newest = slow.select(np.array([-1]))
        if len(ends):
            self.kept.keep(("hour", seen.key), int(ends[-1]), newest or ())
        return minutes.replaced_by(slow, windows.of_beat) if windows.n else minutes

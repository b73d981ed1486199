"""Put beats in context: compare them with the beats of their last minutes and of the last hour."""

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
from ecg_anomaly.features.look_back import PastBeats, drop_leads, look_back
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.features.slot_beats import SlotBeats
from ecg_anomaly.features.slow_history import find_slow_windows, renewal_ends, summarise_slots
from ecg_anomaly.features.summary_cache import SummaryCache
from ecg_anomaly.features.two_histories import TwoHistories


@dataclass(frozen=True)
class Comparison:
    """The leads that beats are compared on, and the settings of the comparison.

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
        """Move ``(n, window, n_leads)`` windows to the R peaks of their first lead, if `align`."""
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
    cache : SummaryCache
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
    cache: SummaryCache

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
        comparison = Comparison(features, window, tuple(columns), align)
        rows = np.arange(self.until - self.since) if rows is None else rows
        intervals, rhythm = self.intervals.select(rows), self.rhythm.select(rows)
        own = self.since + rows
        minutes = self._summarise_minutes(own, comparison)
        slow = self._summarise_hour(minutes, self.known.time_s[own], comparison)
        present = minutes.known.copy()
        present[:, 1:] &= take_marks(self.known.present[own], comparison.columns[1:])
        present[:, 0] = True
        waveform = comparison.take(self.known.waveform[own])
        history, second = minutes.with_second_of(slow).choose_nearer(waveform, present, window)
        hour, _ = slow.with_second_of(minutes).choose_nearer(waveform, present, window)
        scaled, history = drop_leads(history.divide(waveform), history, present, window)
        _, hour = drop_leads(scaled, hour, present, window)
        recent = take_recent(self.previous_s, own, intervals.next_s)
        if not features.interval_odds:
            recent = np.full_like(recent, np.nan)
        return BeatsInContext(scaled, intervals, rhythm, history, hour, recent, second)

    def _summarise_minutes(self, own: NDArray[np.intp], comparison: Comparison) -> TwoHistories:
        """Summarise the last minutes before some of the known beats."""
        known, kind = self.known, ("minutes", comparison.key)
        found = self.cache.get(kind, self.clock.moved_s(known.time_s[own]))
        if found is not None:
            return found.select(np.zeros(len(own), np.intp))
        good, present = (
            take_marks(m, comparison.columns[:1])[:, 0] for m in (known.trusted, known.present)
        )
        windows = find_windows(known.time_s, self.clock, good, present, own)
        rows = slice(windows.first.min(initial=0), windows.end.max(initial=0))
        past = PastBeats(
            known.time_s[rows], comparison.take(known.waveform[rows]),
            take_marks(known.present[rows], comparison.columns), good[rows], self.previous_s[rows],
        )  # fmt: skip
        features, windows = comparison.features, windows.since(rows.start)
        minutes = look_back(
            past, features.regular_rr, windows, features.history_beats, comparison.window
        )
        if len(own) and windows.full[-1]:
            self.cache.put(kind, float(windows.moved_s[-1]), minutes.select(np.array([-1])))
        return minutes.select(windows.of_beat)

    def _summarise_hour(
        self, minutes: TwoHistories, time_s: NDArray[np.float64], comparison: Comparison
    ) -> TwoHistories:
        """Summarise the last hour before some beats; the last minutes where it is not known."""
        features, ends = comparison.features, renewal_ends(time_s, comparison.features)
        found = self.cache.get(("hour", comparison.key), ends)
        if found is not None:
            rows = np.zeros(len(ends), np.intp)
            return minutes.replaced_by(found, rows) if found else minutes
        slots = self.slots.take_leads(comparison.columns)
        windows, newest = find_slow_windows(slots, time_s, features), None
        if windows.n:
            slots = replace(slots, waveform=comparison.align_leads(slots.waveform))
            slow = summarise_slots(slots, windows, features.regular_rr, comparison.window)
            if len(ends) and windows.of_beat[-1] == windows.n - 1:
                newest = slow.select(np.array([-1]))
        if len(ends):
            self.cache.put(("hour", comparison.key), int(ends[-1]), newest or ())
        return minutes.replaced_by(slow, windows.of_beat) if windows.n else minutes

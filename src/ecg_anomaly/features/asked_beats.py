"""Beats of a record that are to be put in context: on which leads, and how they are compared."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import take_leads
from ecg_anomaly.beats.window_alignment import align_windows
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beats_with_past import BeatsWithPast


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

    @cached_property
    def key(self) -> str:
        """What the summary of some beats depends on, beside the beats; a text is found fast."""
        features = self.features
        settings = self.window, features.regular_rr, features.history_beats
        return _name(self.columns, self.align, *settings)

    def take(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take the leads out of windows of all leads, ``(n, window, n_leads)``."""
        return self.align_leads(take_leads(waveform, self.columns))

    def align_leads(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Move ``(n, window, n_leads)`` windows to the R peaks of their first lead, if `align`."""
        return align_windows(waveform, self.window) if self.align else waveform


class AskedBeats(NamedTuple):
    """Beats of one record that are to be put in context.

    Attributes
    ----------
    ready : BeatsWithPast
    columns : tuple of int
        Leads of the windows to compare, -1 for one that is lacking. The first one says which other
        beats are compared with.
    rows : (m,) int
        Which of the beats.
    align : bool
        Whether windows are moved to the R peaks of the first lead, see `align_windows`.
    """

    ready: BeatsWithPast
    columns: tuple[int, ...]
    rows: NDArray[np.intp]
    align: bool

    @property
    def own(self) -> NDArray[np.intp]:
        """Their rows among the known beats."""
        return self.ready.since + self.rows

    @property
    def span(self) -> NDArray[np.intp] | slice:
        """The same, as a slice where all beats are asked for: what it takes is no copy then."""
        since, until = self.ready.since, self.ready.until
        return slice(since, until) if len(self.rows) == until - since else self.own


class ForeseenBeat(NamedTuple):
    """The beat that follows on all that are known of a record; its R peak is known.

    Attributes
    ----------
    ready : BeatsWithPast
        The last beats before it.
    columns : tuple of int
        Leads on which it will probably be compared, see `AskedBeats`.
    align : bool
        See `AskedBeats`.
    time_s : float
        Its R peak in s.
    """

    ready: BeatsWithPast
    columns: tuple[int, ...]
    align: bool
    time_s: float


@cache
def _name(*settings: Hashable) -> str:
    """Write settings as a text, which takes longer than to look it up."""
    return repr(settings)


#: Beats of some records, and how those of each are compared.
Compared = Sequence[tuple[AskedBeats, Comparison]]

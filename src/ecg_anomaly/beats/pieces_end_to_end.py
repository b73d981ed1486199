"""Filter short pieces of many leads at once, concatenated to one lead.

A filtered sample depends on two seconds around it and on nothing beyond. Placed on the grids of the
filters, each piece gives what it gives alone, to the last bit, and NumPy is called as often for a
hundred pieces as for one.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise
from math import lcm
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.baseline import baseline_reach, cell_size, estimate_baseline
from ecg_anomaly.beats.filters import FilterSettings
from ecg_anomaly.beats.resampling import LOW_PASS_REACH_S, Resampler, make_resampler

#: Longest period of the grids of the filters, in s: pieces begin at multiples of it.
LONGEST_PERIOD_S = 4.0


class SignalPiece(NamedTuple):
    """A piece of a recording, of which some samples are to be filtered on some leads.

    Attributes
    ----------
    signal : (n, n_leads) float32
        In mV. It reaches as far around the wanted samples as they depend on it.
    leads : sequence of int
        Columns that are filtered; none of their samples is missing.
    start : int
        Index of the first sample in its recording.
    wanted : range
        Samples of the filtered recording.
    """

    signal: NDArray[np.float32]
    leads: Sequence[int]
    start: int
    wanted: range


class PieceFilter:
    """Filters pieces of leads of one sampling rate.

    Parameters
    ----------
    fs : float
        Sampling rate of the leads in Hz.
    settings : FilterSettings

    Attributes
    ----------
    fits : bool
        False at a rate whose grids meet so rarely that pieces would be much longer than what is
        wanted of them.
    """

    def __init__(self, fs: float, settings: FilterSettings) -> None:
        self._settings = settings
        self._resampler: Resampler = make_resampler(fs, settings.fs, settings.low_pass_hz)
        n_out = self._resampler.weights.shape[1]
        # In filtered samples, and in those of the leads.
        self._period = lcm(n_out, cell_size(settings.fs))
        self._period_in = self._resampler.step * (self._period // n_out)
        self.fits = self._period <= LONGEST_PERIOD_S * settings.fs
        self._ratio = float(self._resampler.ratio)
        back_s, ahead_s = baseline_reach(settings.baseline_window_s, settings.fs)
        self._back, self._ahead = (
            int(np.ceil((reach_s + LOW_PASS_REACH_S) * settings.fs)) + 1
            for reach_s in (back_s, ahead_s)
        )

    def final_until(self, n_samples: int) -> int:
        """Return up to which filtered sample none depends on more than `n_samples` of a lead."""
        return int(n_samples * self._ratio) - self._ahead

    def filter(self, pieces: Sequence[SignalPiece]) -> list[NDArray[np.float32]]:
        """Filter pieces as `ecg_anomaly.beats.filters.filter_excerpt` filters whole recordings.

        Parameters
        ----------
        pieces : sequence of SignalPiece
            Where the samples around the wanted ones are lacking, the edge repeats.

        Returns
        -------
        list of (n_leads, len(wanted)) float32
            In mV.
        """
        if not pieces:
            return []
        spans = [self._span(piece.wanted) for piece in pieces]
        sizes = [len(piece.leads) * len(span) for piece, span in zip(pieces, spans, strict=True)]
        edges = [0, *accumulate(sizes)]
        lead = np.empty(edges[-1] * self._period_in, np.float32)
        for piece, span, (edge, end) in zip(pieces, spans, pairwise(edges), strict=True):
            room = lead[edge * self._period_in : end * self._period_in]
            _lay(piece, span.start * self._period_in, room.reshape(len(piece.leads), -1))
        whole = range(edges[-1] * self._period)
        signal = self._resampler.resample(lead, 0, whole)
        window_s, fs = self._settings.baseline_window_s, self._settings.fs
        line = estimate_baseline(signal, whole, whole, window_s, fs)
        signal = (signal - line).astype(np.float32)
        filtered = []
        for piece, span, (edge, end) in zip(pieces, spans, pairwise(edges), strict=True):
            leads = signal[edge * self._period : end * self._period].reshape(len(piece.leads), -1)
            first = piece.wanted.start - span.start * self._period
            filtered.append(leads[:, first : first + len(piece.wanted)])
        return filtered

    def _span(self, wanted: range) -> range:
        """Return the periods that wanted samples depend on."""
        first = (wanted.start - self._back) // self._period
        return range(first, -(-(wanted.stop + self._ahead) // self._period))


@lru_cache(maxsize=256)  # asked for with every beat of a live stream
def make_piece_filter(fs: float, settings: FilterSettings) -> PieceFilter:
    """Return the filter of pieces of leads of one sampling rate in Hz."""
    return PieceFilter(fs, settings)


def _lay(piece: SignalPiece, first: int, room: NDArray[np.float32]) -> None:
    """Copy leads from a sample of the recording on, and repeat their edges where there is none."""
    signal, first = piece.signal, first - piece.start
    columns = slice(None) if len(piece.leads) == signal.shape[1] else list(piece.leads)
    low, high = max(first, 0), min(first + room.shape[1], len(signal))
    room[:, low - first : high - first] = signal[low:high, columns].T
    if low > first:
        room[:, : low - first] = signal[:1, columns].T
    if high < first + room.shape[1]:
        room[:, high - first :] = signal[-1:, columns].T

"""The window that is cut around the R peak of a beat, and the waves that lie in it."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: Where each part of a beat begins and ends, in s from the R peak.
PARTS = {"p": (-0.30, -0.07), "qrs": (-0.08, 0.10), "t": (0.10, 0.45)}


@dataclass(frozen=True)
class BeatWindow:
    """A window of fixed length around the R peak of a beat.

    Attributes
    ----------
    fs : float
        Sampling rate of the windows in Hz.
    before_s, after_s : float
        How far the window reaches before and after the R peak, in s.

    Examples
    --------
    >>> window = BeatWindow(fs=120.0, before_s=0.35, after_s=0.45)
    >>> window.n_samples, window.r_peak, window.part("qrs")
    (96, 42, slice(32, 54, None))
    """

    fs: float
    before_s: float
    after_s: float

    @classmethod
    def from_config(cls, config: PreprocessConfig) -> "BeatWindow":
        """Take the window that is configured for preprocessing."""
        return _window(config.fs, config.window_before_s, config.window_after_s)

    @cached_property
    def n_samples(self) -> int:
        """Number of samples in the window."""
        return self.r_peak + round(self.after_s * self.fs)

    @cached_property
    def r_peak(self) -> int:
        """Index of the R peak in the window."""
        return round(self.before_s * self.fs)

    @property
    def duration_s(self) -> float:
        """Length in s, of whole samples."""
        return self.n_samples / self.fs

    def too_long_for(self, duration_s: float) -> str:
        """Say why no beat of a record of some length can be cut; ``""`` when one can.

        Examples
        --------
        >>> BeatWindow(fs=120.0, before_s=0.35, after_s=0.45).too_long_for(0.5)
        '0.50 s long, a window takes 0.80 s'
        """
        if duration_s >= self.duration_s:
            return ""
        return f"{duration_s:.2f} s long, a window takes {self.duration_s:.2f} s"

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Time of each sample from the R peak in s, (n_samples,)."""
        return (np.arange(self.n_samples) - self.r_peak) / self.fs

    def part(self, name: str) -> slice:
        """Return the samples of one of `PARTS`, see `span`."""
        return self._parts[name]

    @cached_property
    def _parts(self) -> dict[str, slice]:
        return {name: self.span(*edges) for name, edges in PARTS.items()}

    def span(self, start_s: float, stop_s: float) -> slice:
        """Return the samples between two times from the R peak.

        Parameters
        ----------
        start_s, stop_s : float
            In s from the R peak; `stop_s` is not included.

        Returns
        -------
        slice
            The samples that lie in the window. It is never empty: a span outside the window, or
            shorter than a sample, gives the nearest sample.
        """
        start, stop = (self.r_peak + round(edge * self.fs) for edge in (start_s, stop_s))
        start = min(max(0, start), self.n_samples - 1)
        return slice(start, min(max(stop, start + 1), self.n_samples))


@cache
def _window(fs: float, before_s: float, after_s: float) -> BeatWindow:
    """Return the one window of these lengths, which is asked for with every beat of a stream."""
    return BeatWindow(fs, before_s, after_s)


@dataclass(frozen=True)
class WindowPlaces:
    """Where the windows of beats lie in a piece of a filtered lead.

    Attributes
    ----------
    index : (n, n_samples) int64
        Samples of each window in the piece; at the ends of the recording the edge repeats.
    outside : (n,) bool
        True for a window that reaches beyond the recording.
    r_peak : (m,) int64
        R peaks in samples of the filtered recording, those of neighbouring beats included.
    inside : (m,) bool
        True for the n beats that are cut.
    """

    index: NDArray[np.int64]
    outside: NDArray[np.bool_]
    r_peak: NDArray[np.int64]
    inside: NDArray[np.bool_]


def place_windows(
    r_peak: NDArray[np.int64],
    inside: NDArray[np.bool_],
    wanted: range,
    length: int,
    window: BeatWindow,
) -> WindowPlaces:
    """Lay a window around each beat, in a piece of a filtered lead.

    Parameters
    ----------
    r_peak : (k,) int64
        R peaks in samples of the filtered recording, ascending.
    inside : (k,) bool
        True for the n beats whose windows are wanted.
    wanted : range
        The piece, in samples of the filtered recording.
    length : int
        Samples of the whole filtered recording.
    window : BeatWindow
        At the rate of the filtered lead.

    Returns
    -------
    WindowPlaces
    """
    near = (r_peak >= wanted.start) & (r_peak < wanted.stop)
    first, size = r_peak[inside] - window.r_peak, window.n_samples
    index = np.clip(first[:, None] + np.arange(size), 0, length - 1) - wanted.start
    outside = (first < 0) | (first + size > length)
    return WindowPlaces(index, outside, r_peak[near], inside[near])

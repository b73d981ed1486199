"""Change the sampling rate of a lead and low-pass it in one step, piece by piece."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

#: Half length of the low-pass filter: a Hamming window of 0.2 s falls within about 16 Hz.
LOW_PASS_REACH_S = 0.1

#: Output samples per row of the matrix product; more would multiply more zeros.
_ROW = 24

#: Rows are computed in multiples of this number: BLAS rounds the rows that are left over otherwise,
#: so that the last samples of a piece would differ from those of the whole in the last bit.
_ROWS = 16


@dataclass(frozen=True)
class Resampler:
    """A low-pass filter between two sampling rates.

    Attributes
    ----------
    ratio : Fraction
        Output samples per input sample.
    before : int
        Input samples that a frame reaches back.
    step : int
        Input samples from one frame to the next.
    weights : (n_in, n_out) float64
        Matrix that turns a frame of input samples into output samples. Each column sums to 1, so
        that an offset passes unchanged. `n_in` is a multiple of `step`.
    """

    ratio: Fraction
    before: int
    step: int
    weights: NDArray[np.float64]

    def resample(self, lead: NDArray[np.float32], start: int, wanted: range) -> NDArray[np.float32]:
        """Compute a range of samples at the other rate.

        Parameters
        ----------
        lead : (n,) float32
            Samples without gaps. Beyond its ends the edges are repeated, so these must be the ends
            of the recording, or lie further from the wanted samples than the filter reaches.
        start : int
            Index of the first sample in the recording.
        wanted : range
            Indices of the output samples in the recording at the other rate.

        Returns
        -------
        (len(wanted),) float32
        """
        n_in, n_out = self.weights.shape
        first, last = wanted.start // n_out, -(-wanted.stop // n_out)
        last += (first - last) % _ROWS
        low, high = first * self.step - self.before, (last - 1) * self.step - self.before + n_in
        inside = lead[max(low - start, 0) : max(high - start, 1)]
        before, padded = max(start - low, 0), np.empty(high - low)
        padded[:before], padded[before + len(inside) :] = inside[0], inside[-1]
        padded[before : before + len(inside)] = inside
        # Frames overlap; their parts, as long as a step, are one array without a copy.
        parts = padded.reshape(-1, self.step)
        resampled = parts[: last - first] @ self.weights[: self.step]
        for part in range(1, n_in // self.step):
            weights = self.weights[part * self.step : (part + 1) * self.step]
            resampled += parts[part : part + last - first] @ weights
        asked = slice(wanted.start - first * n_out, wanted.stop - first * n_out)
        return resampled.reshape(-1)[asked].astype(np.float32)


@lru_cache(maxsize=256)  # asked for with every beat of a live stream
def resampling_ratio(fs: float, fs_out: float) -> Fraction:
    """Return the number of output samples per input sample, as a fraction of small numbers.

    Positions must be converted by this ratio and not by ``fs_out / fs``: the two differ by up to
    1e-4 for odd rates, which after an hour is more than a QRS complex.
    """
    return Fraction(fs_out / fs).limit_denominator(1000)


def resampled_length(n_samples: int, fs: float, fs_out: float) -> int:
    """Return the number of samples at the other rate."""
    ratio = resampling_ratio(fs, fs_out)
    return -(-n_samples * ratio.numerator // ratio.denominator)


@cache
def make_resampler(fs: float, fs_out: float, low_pass_hz: float) -> Resampler:
    """Make the low-pass filter from one sampling rate to another; all three arguments in Hz."""
    ratio = resampling_ratio(fs, fs_out)
    up, down = ratio.numerator, ratio.denominator
    reach = round(LOW_PASS_REACH_S * up * fs)
    taps = _low_pass(reach, min(low_pass_hz, 0.45 * fs) / (up * fs))
    periods = max(1, _ROW // up)
    n_out, before = periods * up, reach // up
    n_in = before + ((n_out - 1) * down + reach) // up + 1
    n_in += -n_in % (periods * down)
    # Output sample q of a frame stands at q * down, where input samples are `up` apart.
    at = np.arange(n_out) * down - (np.arange(n_in)[:, None] - before) * up
    weights = np.where(np.abs(at) <= reach, taps[np.clip(at + reach, 0, 2 * reach)], 0.0)
    return Resampler(ratio, before, periods * down, weights / weights.sum(axis=0))


def _low_pass(reach: int, cutoff: float) -> NDArray[np.float64]:
    """Windowed sinc with a Hamming window; `cutoff` in cycles per sample."""
    at = np.arange(-reach, reach + 1)
    window: NDArray[np.float64] = np.hamming(2 * reach + 1) * np.sinc(2 * cutoff * at)
    return window

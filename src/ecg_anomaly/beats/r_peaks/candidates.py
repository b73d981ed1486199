"""Find the moments that may be beats, where the joint energy of all leads is highest."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.lead_energy import (
    LEVEL_BLOCKS,
    join_leads,
    measure_levels,
    slope_energy,
)
from ecg_anomaly.beats.r_peaks.sliding import extend, sliding_maximum

#: A candidate is the highest within this time on either side, in s, and at least this share of the
#: usual QRS complex.
APART_S, LEAST_HEIGHT = 0.08, 0.33

#: The R peak is placed on the first lead that has at least this share of the energy.
LEAST_SHARE = 0.05

#: The R peak lies within this time of the highest energy, in s.
PLACING_S = 0.085

#: It is the largest deflection from the mean over this time around it, in s.
BASELINE_S = 0.17

#: Its place depends on the signal within this time of the highest energy, in s.
PLACING_REACH_S = PLACING_S + BASELINE_S / 2

#: Blocks per slab, which fits into a processor's cache, and on either side that levels depend on.
SLAB_BLOCKS, _MARGIN = 410, LEVEL_BLOCKS // 2 + 3


@dataclass(frozen=True)
class Candidates:
    """Moments that may be beats, in order.

    Attributes
    ----------
    sample : (n,) int64
        Where the energy is highest.
    height : (n,) float64
        Root of the energy, 1 being the usual QRS complex.
    noise : (n,) float64
        What lies between QRS complexes, in the same unit.
    r_peak : (n,) int64
        Where the R peak is if this is a beat, in samples of the recording.
    """

    sample: NDArray[np.int64]
    height: NDArray[np.float64]
    noise: NDArray[np.float64]
    r_peak: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sample)

    def select(self, rows: NDArray[Any]) -> "Candidates":
        """Return the candidates of a mask or of indices."""
        return Candidates(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def join_candidates(parts: list[Candidates]) -> Candidates:
    """Join the candidates of slabs in order."""
    names = [f.name for f in fields(Candidates)]
    return Candidates(**{name: np.concatenate([getattr(p, name) for p in parts]) for name in names})


def find_candidates(
    signal: NDArray[np.float32], step: int, rate: float, size: int, first: int
) -> Candidates:
    """Find the candidates of one slab of a signal.

    Parameters
    ----------
    signal : (n, n_leads) float32
        Any unit; NaN where nothing was recorded.
    step : int
        Number of samples that are averaged to one.
    rate : float
        Sampling rate of averaged samples in Hz.
    size : int
        Number of averaged samples in a block.
    first : int
        First averaged sample of the slab, a multiple of `size`. The slab has `SLAB_BLOCKS` blocks.
    """
    n = len(signal) // step
    last = first + SLAB_BLOCKS * size
    last = n if last + size > n else last  # the rest of a block belongs to the last whole one
    start, stop = max(0, first - _MARGIN * size), min(n, last + _MARGIN * size)
    leads, gaps = _fill_gaps(decimate(signal[start * step : stop * step], step))
    energies = [slope_energy(lead, gap, rate) for lead, gap in zip(leads, gaps, strict=True)]
    levels = measure_levels(energies, gaps, size)
    joint = join_leads(energies, gaps, levels, size)
    at = find_maxima(joint, round(APART_S * rate), LEAST_HEIGHT**2)
    at = at[(at + start >= first) & (at + start < last)]
    block = np.minimum(at // size, len(levels.noise) - 1)
    offset = _place(leads, gaps, at, levels.weight[block], rate)
    # Whole samples are added to whole samples, which gives the same in every chunk.
    within = np.rint(offset * step + (step - 1) / 2).astype(np.int64)
    return Candidates(
        sample=at + start,
        height=np.sqrt(joint[at]).astype(np.float64),
        noise=levels.noise[block].astype(np.float64),
        r_peak=np.clip((at + start) * step + within, 0, len(signal) - 1),
    )


def _fill_gaps(
    leads: list[NDArray[np.float32]],
) -> tuple[list[NDArray[np.float32]], list[NDArray[np.bool_] | None]]:
    """Put 0 where nothing was recorded; also return where that is, None for a lead without gaps."""
    gaps = [None if np.isfinite(lead).all() else ~np.isfinite(lead) for lead in leads]
    filled = [
        lead if gap is None else np.where(gap, np.float32(0), lead)
        for lead, gap in zip(leads, gaps, strict=True)
    ]
    return filled, gaps


def _place(
    leads: list[NDArray[np.float32]],
    gaps: list[NDArray[np.bool_] | None],
    at: NDArray[np.int64],
    weight: NDArray[np.float32],
    rate: float,
) -> NDArray[np.float64]:
    """Place the R peak of each candidate on the first lead that is readable there."""
    reach = round(PLACING_REACH_S * rate)
    readable = weight >= LEAST_SHARE
    for number, gap in enumerate(gaps):
        if gap is not None:
            readable[:, number] &= ~sliding_maximum(extend(gap, reach, False), 2 * reach + 1)[at]
    chosen, offset = readable.argmax(axis=1), np.zeros(len(at))
    for number, lead in enumerate(leads):
        mine = chosen == number
        offset[mine] = place_r_peaks(lead, at[mine], rate)
    return offset


def place_r_peaks(
    lead: NDArray[np.float32], centre: NDArray[np.int64], rate: float
) -> NDArray[np.float64]:
    """Place the R peaks of one lead at its largest deflection, up or down.

    On DS1 of MIT-BIH this is where the annotations are (measured by
    `python -m lab.r_peaks`); the short baseline keeps the T wave and the ST
    segment of a wide beat from being the largest.

    Parameters
    ----------
    lead : (n,) float32
        No NaN.
    centre : (m,) int64
        Samples of highest energy.
    rate : float
        Sampling rate in Hz.

    Returns
    -------
    (m,) float64
        Samples from `centre` to the R peak, in fractions by a parabola through the three highest.
    """
    reach, half = max(1, round(PLACING_S * rate)), max(1, round(BASELINE_S * rate / 2))
    offsets = np.arange(-reach - 1 - half, reach + 2 + half)
    windows = lead[np.clip(centre[:, None] + offsets, 0, len(lead) - 1)].astype(np.float64)
    total = np.zeros((windows.shape[0], windows.shape[1] + 1))
    np.cumsum(windows, axis=1, out=total[:, 1:])
    width = 2 * half + 1
    mean = (total[:, width:] - total[:, :-width]) / width
    deflection = np.abs(windows[:, half : half + mean.shape[1]] - mean)
    best = 1 + deflection[:, 1:-1].argmax(axis=1)
    rows = np.arange(len(centre))
    left, top, right = (deflection[rows, best + step] for step in (-1, 0, 1))
    bend = np.maximum(2 * top - left - right, 1e-12 * (top + 1e-30) + 1e-300)
    shift = np.clip((right - left) / 2 / bend, -0.5, 0.5)
    return np.asarray(best - 1 - reach + shift, dtype=np.float64)


def decimate(signal: NDArray[np.float32], step: int) -> list[NDArray[np.float32]]:
    """Average `step` samples to one, lead by lead; NaN where one of them is NaN."""
    leads = []
    for column in range(signal.shape[1]):
        total = signal[0::step, column].astype(np.float32)
        for offset in range(1, step):
            total = total + signal[offset::step, column]
        leads.append(total / np.float32(step))
    return leads


def find_maxima(values: NDArray[np.float32], reach: int, least: float) -> NDArray[np.int64]:
    """Find samples above `least` that are the largest, or first of equals, within `reach`."""
    reach = max(1, reach)
    padded = extend(values, reach, -1)
    before = sliding_maximum(padded[: len(values) + reach - 1], reach)
    after = sliding_maximum(padded[reach + 1 :], reach)
    return np.flatnonzero((values > before) & (values >= after) & (values > least))

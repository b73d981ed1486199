"""The energy of all leads together, of a signal that comes in pieces of any length."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.lead_energy import BLOCK_S, energy_reach, inner_energy
from ecg_anomaly.beats.r_peaks.lead_levels import (
    BACK_BLOCKS,
    ENOUGH_BLOCKS,
    measure_levels,
    summarise_blocks,
)
from ecg_anomaly.beats.r_peaks.sliding import Signal

#: The energy holds little above 40 Hz, so samples are averaged to a rate of 100 to 200 Hz.
LEAST_RATE_HZ = 100.0


@dataclass(frozen=True)
class Grid:
    """Averaged samples and blocks of them, counted from the first sample of a recording.

    Attributes
    ----------
    step : int
        Number of samples that are averaged to one.
    rate : float
        Averaged samples per second.
    size : int
        Averaged samples per block.
    """

    step: int
    rate: float
    size: int

    @classmethod
    def of(cls, fs: float) -> "Grid":
        """Return the grid of a sampling rate in Hz; ValueError when it is not positive."""
        if not fs > 0:
            raise ValueError(f"fs must be positive but got {fs}.")
        step = max(1, int(fs // LEAST_RATE_HZ))
        return cls(step, fs / step, max(1, round(BLOCK_S * fs / step)))


class JointEnergy:
    """The energy of all leads together: 1 at a usual QRS complex of the last seconds.

    All arrays begin with the same averaged sample, `start`, and end where what they depend on is
    not known yet. They are the whole state.

    Parameters
    ----------
    grid : Grid
    n_leads : int

    Attributes
    ----------
    start : int
        First averaged sample that is held, a multiple of ``grid.size``.
    rest : (n_leads, less than step) float32
        Samples that are not averaged yet.
    leads : (n_leads, n) float32
        Averaged samples; NaN where one of them is missing.
    energy : (n_leads, at most n) float32
        See `slope_energy`.
    joint : (at most n,) float32
        Weighted mean of the leads' energies relative to their levels. Where a lead is missing, the
        others take over its weight.
    summary : (2, n_leads, BACK_BLOCKS + n_blocks) float32
        From `summarise_blocks`.
    weight, scale : (n_levels, n_leads) float32
    noise : (n_levels,) float32
        See `LeadLevels`.
    """

    def __init__(self, grid: Grid, n_leads: int) -> None:
        self.grid, self.start = grid, 0
        self.rest, self.leads, self.energy = (np.zeros((n_leads, 0), np.float32) for _ in range(3))
        self.joint, self.noise = np.zeros(0, np.float32), np.zeros(0, np.float32)
        self.summary = np.zeros((2, n_leads, BACK_BLOCKS), np.float32)
        self.weight, self.scale = (np.zeros((0, n_leads), np.float32) for _ in range(2))

    def extend(self, signal: NDArray[np.float32], last: bool = False) -> None:
        """Add the next samples, ``(n, n_leads)``; `last` when none will follow."""
        self._average(signal)
        self._measure_energy(last)
        self._measure_levels(last)
        self._join()

    def forget(self, before: int) -> None:
        """Drop whole blocks before an averaged sample, if nothing to come depends on them."""
        size, start = self.grid.size, self.start
        summarised = self.summary.shape[2] - BACK_BLOCKS
        known = self.energy.shape[1] - energy_reach(self.grid.rate)
        n = min((before - start) // size, known // size, summarised, len(self.joint) // size)
        if n <= 0:
            return
        self.start += n * size
        self.leads, self.energy = self.leads[:, n * size :], self.energy[:, n * size :]
        self.joint, self.summary = self.joint[n * size :], self.summary[:, :, n:]
        self.weight, self.scale, self.noise = self.weight[n:], self.scale[n:], self.noise[n:]

    def _average(self, signal: NDArray[np.float32]) -> None:
        step = self.grid.step
        raw = np.concatenate([self.rest, signal.T], axis=1) if self.rest.size else signal.T
        n = raw.shape[1] // step
        self.rest = np.array(raw[:, n * step :], np.float32, order="C")
        if n:
            mean = np.array(raw[:, 0 : n * step : step], np.float32, order="C")
            for offset in range(1, step):
                mean += raw[:, offset : n * step : step]
            mean /= np.float32(step)
            self.leads = np.concatenate([self.leads, mean], axis=1)

    def _measure_energy(self, last: bool) -> None:
        reach, begin = energy_reach(self.grid.rate), self.energy.shape[1]
        stop = self.leads.shape[1] - (0 if last else reach)
        if stop <= begin:
            return
        leads = self.leads[:, max(0, begin - reach) : stop + reach]
        leads = fill(leads, gap := find_gaps(leads))
        ends = max(0, reach - begin), reach if last else 0
        if any(ends):  # the recording begins or ends
            leads = np.pad(leads, ((0, 0), ends), mode="edge")
            gap = None if gap is None else np.pad(gap, ((0, 0), ends))
        new = inner_energy(leads, gap, self.grid.rate)
        self.energy = np.concatenate([self.energy, new], axis=1)

    def _measure_levels(self, last: bool) -> None:
        size, n = self.grid.size, self.energy.shape[1]
        known = self.summary.shape[2] - BACK_BLOCKS
        whole = n // size
        if last and not self.start and 0 < n < size:
            whole, size = 1, n  # a recording shorter than a block
        if whole > known:
            blocks = slice(known * size, whole * size)
            gap = find_gaps(self.leads[:, blocks])
            new = summarise_blocks(self.energy[:, blocks], gap, size)
            self.summary = np.concatenate([self.summary, new], axis=2)
        levelled = len(self.noise)
        if levelled <= whole and (whole > known or last or not levelled):
            later = np.zeros((*self.summary.shape[:2], ENOUGH_BLOCKS), np.float32)
            around = np.concatenate([self.summary[:, :, levelled:], later], axis=2)
            levels, ahead = measure_levels(around)
            ready = (np.arange(levelled, whole + 1) + ahead <= whole) | last
            usable = len(ready) if ready.all() else int(np.argmin(ready))
            self.weight = np.concatenate([self.weight, levels.weight[:usable]])
            self.scale = np.concatenate([self.scale, levels.scale[:usable]])
            self.noise = np.concatenate([self.noise, levels.noise[:usable]])

    def _join(self) -> None:
        size, begin = self.grid.size, len(self.joint)
        stop = min(self.energy.shape[1], len(self.noise) * size)
        if stop <= begin:
            return
        rows = slice(begin // size, -(-stop // size))
        edges = np.clip(np.arange(rows.start, rows.stop + 1) * size, begin, stop)
        times, new = np.diff(edges), slice(begin, stop)
        joint = np.zeros(stop - begin, np.float32)
        gap = find_gaps(self.leads[:, new])
        for lead, energy in enumerate(self.energy[:, new]):
            joint += energy * np.repeat(self.scale[rows, lead], times)
        if gap is not None:
            absent = np.zeros_like(joint)
            for lead, missing in enumerate(gap):
                absent += missing * np.repeat(self.weight[rows, lead], times)
            joint /= np.maximum(1 - absent, np.float32(1e-3))
        self.joint = np.concatenate([self.joint, joint])


def find_gaps(leads: Signal) -> NDArray[np.bool_] | None:
    """Mark averaged samples that were not recorded; None where all were."""
    known = np.isfinite(leads)
    return None if known.all() else ~known


def fill(leads: Signal, gap: NDArray[np.bool_] | None) -> Signal:
    """Put 0 where nothing was recorded."""
    return leads if gap is None else np.where(gap, np.float32(0), leads)

"""The joint energy of all leads of a recording in progress, and what it is computed from."""

import numpy as np

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach
from ecg_anomaly.beats.r_peaks.lead_levels import BACK_BLOCKS


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

    def forget(self, before: int) -> None:
        """Drop whole blocks before an averaged sample, if nothing to come depends on them."""
        size, start = self.grid.size, self.start
        if before - start < size:  # as for most pieces of signal
            return
        known = self.energy.shape[1] - energy_reach(self.grid.rate)
        n = min((before - start) // size, known // size, self.n_summarised, len(self.joint) // size)
        if n <= 0:
            return
        self.start += n * size
        self.leads, self.energy = self.leads[:, n * size :], self.energy[:, n * size :]
        self.joint, self.summary = self.joint[n * size :], self.summary[:, :, n:]
        self.weight, self.scale, self.noise = self.weight[n:], self.scale[n:], self.noise[n:]

    @property
    def n_summarised(self) -> int:
        """Number of blocks that are summarised."""
        return self.summary.shape[2] - BACK_BLOCKS

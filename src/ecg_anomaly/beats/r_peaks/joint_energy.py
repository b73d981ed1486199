"""The joint energy of all leads of a recording in progress, and what it is computed from."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.averaging import Grid, find_gaps
from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT
from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach
from ecg_anomaly.beats.r_peaks.lead_levels import BACK_BLOCKS
from ecg_anomaly.beats.r_peaks.sliding import Signal

#: Averaged samples that there is space for when what is held has been moved, so that it is moved
#: rarely.
SPARE = 512


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
    n_samples, n_energies, n_joint : int
        Length of `leads`, `energy` and `joint`: at most that of the one before.
    summary : (2, n_leads, BACK_BLOCKS + n_blocks) float32
        From `summarise_blocks`.
    weight, scale : (n_levels, n_leads) float32
    noise : (n_levels,) float32
        See `LeadLevels`.
    whole_from : int
        Averaged sample of the recording from which on none is missing in any lead.
    high : list of (int, int)
        First and last averaged sample of the recording between which the joint energy is high
        enough for candidates, in order; outside of them it is not.
    """

    def __init__(self, grid: Grid, n_leads: int) -> None:
        self.grid, self.start, self._n_leads = grid, 0, n_leads
        self.rest = np.zeros((n_leads, 0), np.float32)
        # Rows of leads, of their energies, and of the joint energy. They begin at column `_first`.
        self._room, self._first = np.zeros((2 * n_leads + 1, 0), np.float32), 0
        self.n_samples = self.n_energies = self.n_joint = 0
        self.summary = np.zeros((2, n_leads, BACK_BLOCKS), np.float32)
        self.weight, self.scale = (np.zeros((0, n_leads), np.float32) for _ in range(2))
        self.noise = np.zeros(0, np.float32)
        self.whole_from, self.high = 0, list[tuple[int, int]]()

    @property
    def leads(self) -> Signal:
        """Averaged samples (n_leads, n_samples) float32; NaN where one of them is missing."""
        return self.leads_between(0, self.n_samples)

    @property
    def energy(self) -> Signal:
        """Energies (n_leads, n_energies) float32, see `slope_energy`."""
        return self.energies_between(0, self.n_energies)

    @property
    def joint(self) -> Signal:
        """Weighted mean (n_joint,) float32 of the leads' energies relative to their levels.

        Where a lead is missing, the others take over its weight.
        """
        return self._room[-1, self._first : self._first + self.n_joint]

    def leads_between(self, begin: int, stop: int) -> Signal:
        """Return some of `leads`, counted from the first that is held."""
        return self._room[: self._n_leads, self._first + begin : self._first + stop]

    def energies_between(self, begin: int, stop: int) -> Signal:
        """Return some of `energy`, counted likewise."""
        return self._room[self._n_leads : -1, self._first + begin : self._first + stop]

    def append_leads(self, new: Signal) -> None:
        """Add averaged samples, (n_leads, n) float32."""
        n = new.shape[1]
        if self._first + self.n_samples + n > self._room.shape[1]:
            self._make_room(n)
        end = self._first + self.n_samples
        self._room[: self._n_leads, end : end + n] = new
        self.n_samples += n

    def append_energy(self, new: Signal) -> None:
        """Add energies, (n_leads, n) float32, of samples that are held."""
        end = self._first + self.n_energies
        self._room[self._n_leads : -1, end : end + new.shape[1]] = new
        self.n_energies += new.shape[1]

    def append_joint(self, new: Signal) -> None:
        """Add joint energies, (n,) float32, of samples whose energies are held."""
        end = self._first + self.n_joint
        self._room[-1, end : end + len(new)] = new
        self.n_joint += len(new)

    def _make_room(self, n: int) -> None:
        """Move what is held to the front of a buffer with space for more samples."""
        held = self._room[:, self._first : self._first + self.n_samples]
        room, wanted = self._room, self.n_samples + n + SPARE
        if not self.n_samples + n <= room.shape[1] <= 2 * wanted:
            room = np.empty((len(room), wanted), np.float32)
        room[:, : self.n_samples] = held
        self._room, self._first = room, 0

    def may_be_high(self, begin: int, stop: int) -> bool:
        """Tell whether a candidate may lie between two averaged samples of the recording.

        What lies before the first one is not asked for again.
        """
        while self.high and self.high[0][1] < begin:
            del self.high[0]
        return bool(self.high) and self.high[0][0] < stop

    def forget(self, before: int) -> None:
        """Drop whole blocks before an averaged sample, if nothing to come depends on them."""
        size, start = self.grid.size, self.start
        if before - start < size:  # as for most pieces of signal
            return
        known = self.n_energies - energy_reach(self.grid.rate)
        n = min((before - start) // size, known // size, self.n_summarised, self.n_joint // size)
        if n <= 0:
            return
        dropped = n * size
        self.start, self._first = start + dropped, self._first + dropped
        self.n_samples, self.n_energies = self.n_samples - dropped, self.n_energies - dropped
        self.n_joint, self.summary = self.n_joint - dropped, self.summary[:, :, n:]
        self.weight, self.scale, self.noise = self.weight[n:], self.scale[n:], self.noise[n:]

    @property
    def n_summarised(self) -> int:
        """Number of blocks that are summarised."""
        return self.summary.shape[2] - BACK_BLOCKS

    def restore(self, start: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Go on from the arrays of `RPeakFinder.state`, named as the attributes are."""
        self.start, self.n_samples = start, 0
        for name in ("rest", "summary", "weight", "scale", "noise"):
            setattr(self, name, arrays[name].copy())
        self.append_leads(arrays["leads"])
        self.append_energy(arrays["energy"])
        self.append_joint(arrays["joint"])
        gap, high = find_gaps(self.leads), np.flatnonzero(self.joint > LEAST_HEIGHT**2).tolist()
        self.whole_from = 0 if gap is None else start + self.n_samples
        self.high = [(start + high[0], start + high[-1])] if high else []

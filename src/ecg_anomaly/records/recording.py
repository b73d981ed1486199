"""A recording that is read piece by piece: what a detector scores."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.record import Record


class Recording(Protocol):
    """One ECG recording of any length, in memory or on a disk.

    Attributes
    ----------
    name : str
        Name of the recording, the stem of its files.
    fs : float
        Sampling rate in Hz.
    n_samples : int
        Length in samples.
    leads : tuple of str
        Name of each lead, in the order of the columns of `read`.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def fs(self) -> float: ...  # noqa: D102
    @property
    def n_samples(self) -> int: ...  # noqa: D102
    @property
    def leads(self) -> tuple[str, ...]: ...  # noqa: D102

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Read the samples from `start` up to, and without, `stop`.

        Parameters
        ----------
        start, stop : int
            ``0 <= start <= stop <= n_samples``. Stretches may overlap and come in any order;
            in order is fastest.

        Returns
        -------
        (stop - start, n_leads) float32
            Amplitude in mV, NaN where nothing was recorded. The caller's own: it may be changed.

        Raises
        ------
        UserError
            When the files turn out to be damaged (a wrong checksum, a read that fails).
        """


@dataclass(frozen=True)
class RecordInMemory:
    """A `Record` as a `Recording`.

    Parameters
    ----------
    record : Record
        Is not copied and never changed.
    """

    record: Record

    @property
    def name(self) -> str:
        """Name of the recording."""
        return self.record.name

    @property
    def fs(self) -> float:
        """Sampling rate in Hz."""
        return self.record.fs

    @property
    def n_samples(self) -> int:
        """Length in samples."""
        return len(self.record.signal)

    @property
    def leads(self) -> tuple[str, ...]:
        """Name of each lead."""
        return self.record.leads

    def read(self, start: int, stop: int) -> NDArray[np.float32]:
        """Copy the samples from `start` up to, and without, `stop`."""
        return self.record.signal[start:stop].astype(np.float32)

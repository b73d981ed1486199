"""Take the samples of a running recording as they are pushed: any unit, pieces of any length."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import FS_LIMITS, check_lead_count
from ecg_anomaly.records.voltage_units import millivolts_per

#: A longer piece of signal is taken in pieces of this length, in s, so that memory is bounded.
PIECE_S = 60.0


class StreamIntake:
    """Counts the samples of a stream, checks them and turns them into millivolts.

    Parameters
    ----------
    name : str
        Of the stream, for messages.
    fs : float
        Sampling rate in Hz.
    leads : sequence of str
        Name of each lead, in the order of the columns of the signal.
    unit : str
        Unit of the amplitudes, see `millivolts_per`.

    Attributes
    ----------
    name, fs, leads
        As given.
    millivolts : float
        Of one of the unit.
    n_samples : int
        Samples taken so far, of each lead.
    ended : bool
        True when the recording is over.

    Raises
    ------
    UserError
        When one of these cannot be.

    Examples
    --------
    >>> intake = StreamIntake("bed 1", 360.0, ["MLII"], "uV")
    >>> checked = intake.check([[1000.0], [2000.0]])
    >>> [piece.tolist() for piece in intake.take(checked)], intake.n_samples
    ([[[1.0], [2.0]]], 2)
    """

    def __init__(self, name: str, fs: float, leads: Sequence[str], unit: str) -> None:
        low, high = FS_LIMITS
        if not low <= fs <= high:
            raise UserError(name, f"fs is {fs:g} Hz", f"give a rate from {low:g} to {high:g} Hz")
        if not leads:
            raise UserError(name, "has no lead", "name the leads of the signal")
        check_lead_count(name, len(leads))
        millivolts = millivolts_per(unit)
        if millivolts is None:
            raise UserError(name, f"{unit!r} is no unit of voltage", "name mV, uV or V")
        self.name, self.fs, self.leads, self.millivolts = name, float(fs), tuple(leads), millivolts
        self.n_samples, self.ended = 0, False
        self._longest = max(1, round(PIECE_S * self.fs))

    def check(self, signal: ArrayLike) -> NDArray[np.float32]:
        """Turn the next samples into millivolts; nothing is taken yet.

        Parameters
        ----------
        signal : (n, n_leads) float
            In the unit of the stream, NaN where missing.

        Returns
        -------
        (n, n_leads) float32
            In mV; perhaps a view of `signal`.

        Raises
        ------
        UserError
            When the signal has not the leads of the stream.
        ValueError
            After `end`, or when the signal is no array of numbers.
        """
        self._check_open()
        return self._in_millivolts(signal)

    def take(self, checked: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Count samples as taken, and cut them into pieces of at most `PIECE_S`.

        Parameters
        ----------
        checked : (n, n_leads) float32
            From `check`.

        Returns
        -------
        list of (n, n_leads) float32
            Views; none without samples.
        """
        n, size = len(checked), self._longest
        self.n_samples += n
        return [checked[start : start + size] for start in range(0, n, size)]

    def end(self) -> None:
        """Take note that the recording is over; ValueError when it was before."""
        self._check_open()
        self.ended = True

    def _check_open(self) -> None:
        if self.ended:
            raise ValueError("the stream is finished")

    def _in_millivolts(self, signal: ArrayLike) -> NDArray[np.float32]:
        taken = np.asarray(signal)
        if taken.ndim != 2 or taken.shape[1] != len(self.leads):
            rule = f"a signal of shape {taken.shape}, not (n, {len(self.leads)})"
            raise UserError(self.name, rule, "push a column for each lead")
        if self.millivolts != 1:
            taken = taken * self.millivolts
        if taken.dtype == np.float32:
            return taken
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and so missing
            return taken.astype(np.float32)

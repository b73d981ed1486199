"""The beats of a simulated recording as a table, and a builder that collects them one by one."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class BeatTable:
    """All beats of a recording, ascending in time.

    Attributes
    ----------
    time_s : (n,) float64
        Time of the R peak.
    symbol : (n,) str
        WFDB beat code.
    form : (n,) int64
        QRS-T shape, an index into `Patient.forms`.
    p_time_s : (n,) float64
        Middle of the P wave, NaN where there is none.
    p_form : (n,) int64
        P shape, an index into `Patient.p_waves`.
    fibrillation_s : tuple of float
        Ascending: when atrial fibrillation begins, when it ends, and so on.
    """

    time_s: NDArray[np.float64]
    symbol: NDArray[np.str_]
    form: NDArray[np.int64]
    p_time_s: NDArray[np.float64]
    p_form: NDArray[np.int64]
    fibrillation_s: tuple[float, ...] = ()

    @property
    def repolarisation_scale(self) -> NDArray[np.float64]:
        """Factor (n,) on the times of ST and T: the square root of the recent RR in seconds.

        McSharry 2003 multiplies angles by the square root of the mean rate over 60 (Bazett's law),
        which in time is the square root of RR. Here QT adapts slowly: the RR is 70 % of the mean of
        the last ten intervals and 30 % of the interval before the beat, so that a pause after an
        ectopic beat does not lengthen the T wave at once.
        """
        rr = np.diff(self.time_s, prepend=self.time_s[:1] - 1.0)
        if len(rr) > 1:
            rr[0] = rr[1]
        padded = np.concatenate([np.full(9, np.median(rr)), rr]) if len(rr) else rr
        average = np.convolve(padded, np.full(10, 0.1), "valid") if len(rr) else rr
        return np.sqrt(0.7 * average + 0.3 * rr)


class BeatBuilder:
    """Collects beats one after the other."""

    def __init__(self) -> None:
        self._rows: list[tuple[float, str, int, float, int]] = []

    @property
    def last_time_s(self) -> float:
        """R peak of the latest beat, minus infinity before the first."""
        return self._rows[-1][0] if self._rows else -np.inf

    def add(
        self, time_s: float, symbol: str, form: int, p_time_s: float = np.nan, p_form: int = 0
    ) -> None:
        """Add a beat, which must come after the latest one."""
        self._rows.append((time_s, symbol, form, p_time_s, p_form))

    def build(self) -> BeatTable:
        """Return the table of the beats added so far."""
        time, symbol, form, p_time, p_form = (
            zip(*self._rows, strict=True) if self._rows else [()] * 5
        )
        return BeatTable(
            np.array(time, dtype=np.float64),
            np.array(symbol, dtype="<U1"),
            np.array(form, dtype=np.int64),
            np.array(p_time, dtype=np.float64),
            np.array(p_form, dtype=np.int64),
        )

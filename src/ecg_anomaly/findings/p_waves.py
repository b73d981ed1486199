"""Tell whether P waves come before beats, which rules out atrial fibrillation.

A P wave looks alike before each beat, while what lies there in fibrillation is another wave every
time. So the piece of signal before a beat is correlated with those before the two beats before it;
the mean correlation over some beats is about 0 in fibrillation, and 0.2 to 0.9 where the atria
contract. Nothing is read but where intervals are suspect, and where nothing can be read no P wave
is seen.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.averaged_record import AveragedRecord
from ecg_anomaly.records.record import StreamedRecord

#: The piece of signal before an R peak in s, in which the P wave lies and no QRS complex begins.
P_FROM_S, P_TO_S = 0.28, 0.11

#: Sampling rate in Hz to which signals are averaged, about, and the first leads that are read.
ABOUT_HZ, MOST_LEADS = 125.0, 2

#: Added to the root mean square of a piece in mV, so that a still line is like nothing.
FAINT_MV = 0.01

#: Correlations are averaged exponentially over so many beats; P waves are seen where the average
#: of a lead is at least so high. On DS1 of MIT-BIH 99 of 100 beats in fibrillation have less than
#: 0.1, and nine of ten other beats of DS1, `svdb` and `qtdb` more than 0.16.
AVERAGED_OVER, LEAST_LIKE = 24, 0.2

#: A smaller average is none.
NOTHING = 1e-6

#: Beats whose pieces are compared with that of a beat, and s between beats that are read together.
BEATS_BEFORE, TOGETHER_S = 2, 5.0


class PWaveWatch:
    """Follows the P waves before suspect beats; batches do not change what is seen."""

    def __init__(self) -> None:
        self._past_s: list[float] = []  # the last beats
        self._average = [0.0] * MOST_LEADS

    def extend(
        self,
        time_s: NDArray[np.float64],
        suspect: NDArray[np.bool_],
        recording: StreamedRecord | None,
    ) -> NDArray[np.bool_]:
        """Tell at which of the next beats P waves are seen.

        Parameters
        ----------
        time_s : (n,) float64
            R peaks in s.
        suspect : (n,) bool
            Beats that are asked for; at others the average falls, as if there were no P waves.
        recording : StreamedRecord or None
            Signal around these beats and the two before; without it no P wave is seen.

        Returns
        -------
        (n,) bool
        """
        times, n_past = np.append(self._past_s, time_s), len(self._past_s)
        self._past_s = times[-BEATS_BEFORE:].tolist()
        seen, likeness = np.zeros(len(time_s), bool), np.zeros((len(time_s), MOST_LEADS))
        if recording is not None and suspect.any():
            likeness[suspect] = compare_pieces(recording, times, np.flatnonzero(suspect) + n_past)
        elif not any(self._average):
            return seen
        for row, values in enumerate(likeness.tolist()):
            pairs = zip(self._average, values, strict=True)
            average = [a + (new - a) / AVERAGED_OVER for a, new in pairs]
            self._average = [a if abs(a) > NOTHING else 0.0 for a in average]
            seen[row] = max(average) >= LEAST_LIKE
        return seen


def compare_pieces(
    recording: StreamedRecord, time_s: NDArray[np.float64], rows: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Compare what lies before some beats with what lies before the beats before them.

    Parameters
    ----------
    recording : StreamedRecord
    time_s : (n,) float64
        R peaks in s, ascending.
    rows : (k,) int
        Beats that are compared, ascending.

    Returns
    -------
    (k, MOST_LEADS) float64
        Mean correlation with the `BEATS_BEFORE` beats before; 0 for those of which nothing is
        known, and for leads that there are not.
    """
    found = np.zeros((len(rows), MOST_LEADS))
    slow = AveragedRecord(recording, max(1, round(recording.fs / ABOUT_HZ)))
    for part in np.split(rows, np.flatnonzero(np.diff(time_s[rows]) > TOGETHER_S) + 1):
        first = max(0, int(part[0]) - BEATS_BEFORE)
        pieces = _read_pieces(slow, time_s[first : int(part[-1]) + 1])
        at, place = part - first, np.searchsorted(rows, part)
        for lag in range(1, BEATS_BEFORE + 1):
            known = at >= lag
            like = (pieces[at[known]] * pieces[at[known] - lag]).mean(axis=1)
            found[place[known], : like.shape[1]] += np.nan_to_num(like) / BEATS_BEFORE
    return found


def _read_pieces(slow: AveragedRecord, time_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the piece before each beat, (n, n_samples, n_leads), without its slope, about 1 high.

    NaN where it is not stored.
    """
    size, columns = round((P_FROM_S - P_TO_S) * slow.fs), range(min(len(slow.leads), MOST_LEADS))
    starts = np.round((time_s - P_FROM_S) * slow.fs).astype(np.int64)
    first, stop = max(0, int(starts.min())), min(int(starts.max()) + size, slow.n_samples)
    if size < 3 or stop - first < size:
        return np.full((len(time_s), 1, len(columns)), np.nan)
    signal = slow.read(first, stop, list(columns)).astype(np.float64)
    inside = (starts >= first) & (starts + size <= stop)
    at = np.where(inside, starts - first, 0)
    pieces = signal[at[:, None] + np.arange(size)]
    pieces[~inside] = np.nan
    pieces -= pieces.mean(axis=1, keepdims=True)
    ramp = np.linspace(-1, 1, size)[None, :, None]
    pieces -= ramp * (pieces * ramp).sum(axis=1, keepdims=True) / (ramp**2).sum()
    return np.asarray(pieces / (np.sqrt((pieces**2).mean(axis=1, keepdims=True)) + FAINT_MV))

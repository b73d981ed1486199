"""Tell by looking at a signal whether it is an ECG: QRS complexes are short, steep and come again.

Only for signals whose name says nothing. A QRS complex has its power between 8 and 25 Hz and little
lies between two of them; a pulse wave or breathing has it below, muscles above, and an EEG has it
all the time.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

#: Pieces that are looked at, and the length of each in s.
N_PIECES, PIECE_S = 7, 10.0

#: The band of QRS complexes, of slower waves, and of what is faster, in Hz.
QRS_HZ, SLOW_HZ, FAST_HZ = (8.0, 25.0), (0.5, 5.0), (40.0, 100.0)

#: Least power of the band of QRS complexes relative to the slower and to the faster one.
LEAST_OF_SLOW, LEAST_OF_FAST = 0.05, 1.0

#: Least kurtosis in the band: 3 is noise, 1.5 a sine wave; ECGs have 5 to 30.
LEAST_KURTOSIS = 4.0

#: Largest share of samples that equal the one before: more is a number that is shown now and then.
MOST_EQUAL = 0.95

#: Heart beats are so far apart, in s; least correlation of the envelope with itself at one of them.
RR_S, LEAST_RHYTHM = (0.3, 2.0), 0.2

Read = Callable[[int, int], NDArray[np.float32]]


def find_ecg_columns(read: Read, n_samples: int, fs: float) -> list[bool]:
    """Say of each column of a recording whether it looks like an ECG.

    Parameters
    ----------
    read : callable
        Returns the samples from one to, and without, another, (n, n_signals), NaN where missing.
    n_samples : int
        Length of the recording.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    list of bool
        True where at least a third of the pieces that hold a signal look like one, `N_PIECES`
        spread evenly over the recording.
    """
    length = min(n_samples, round(PIECE_S * fs))
    starts = np.unique(np.linspace(0, n_samples - length, N_PIECES).astype(int))
    pieces = [read(int(start), int(start) + length) for start in starts]
    return [_is_mostly([p[:, c] for p in pieces], fs) for c in range(pieces[0].shape[1])]


def _is_mostly(pieces: list[NDArray[np.float32]], fs: float) -> bool:
    alive = [p for p in pieces if np.isfinite(p).mean() > 0.9 and np.nanmax(p) > np.nanmin(p)]
    return bool(alive) and 3 * sum(looks_like_ecg(piece, fs) for piece in alive) >= len(alive)


def looks_like_ecg(signal: NDArray[np.float32], fs: float) -> bool:
    """Say whether some seconds of a signal look like an ECG.

    Parameters
    ----------
    signal : (n,) float32
        In any unit; NaN counts as the mean.
    fs : float
        Sampling rate in Hz.
    """
    if len(signal) < 4 * fs or (signal[1:] == signal[:-1]).mean() > MOST_EQUAL:
        return False
    level = np.nanmean(signal, dtype=np.float64)
    spectrum = np.fft.rfft(np.nan_to_num(signal - level))
    hz = np.fft.rfftfreq(len(signal), 1 / fs)
    power = np.abs(spectrum) ** 2
    qrs, slow, fast = (
        power[(hz >= low) & (hz < high)].sum() for low, high in (QRS_HZ, SLOW_HZ, FAST_HZ)
    )
    if qrs <= 0 or qrs < LEAST_OF_SLOW * slow or qrs < LEAST_OF_FAST * fast:
        return False
    band = np.fft.irfft(np.where((hz >= QRS_HZ[0]) & (hz < QRS_HZ[1]), spectrum, 0), len(signal))
    if (band**4).mean() / (band**2).mean() ** 2 < LEAST_KURTOSIS:
        return False
    return _rhythm(band**2, fs) >= LEAST_RHYTHM


def _rhythm(energy: NDArray[np.float64], fs: float) -> float:
    """Return the largest correlation of the envelope with itself one beat later."""
    width = max(1, round(0.12 * fs))
    envelope = np.sqrt(np.convolve(energy, np.ones(width) / width, mode="same"))
    envelope = envelope - envelope.mean()
    padded = np.fft.rfft(envelope, 2 * len(envelope))
    correlation = np.fft.irfft(np.abs(padded) ** 2)[: len(envelope)]
    first, last = (round(s * fs) for s in RR_S)
    return float(correlation[first:last].max() / correlation[0])

"""Add noise to a record as the program nst does for the MIT-BIH Noise Stress Test Database."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.beat_labels import aami_class
from ecg_anomaly.records.record import Record

#: The first minutes stay clean; after them noisy and clean segments alternate.
CLEAN_S, TURN_S = 300.0, 120.0

#: Number of normal beats of the record, and of seconds of the noise, whose power is measured.
N_MEASURED = 300

#: Half the width of a QRS complex around its R peak, in s.
QRS_S = 0.05

Span = tuple[float, float]


def noisy_spans(duration_s: float, clean_s: float = CLEAN_S, turn_s: float = TURN_S) -> list[Span]:
    """Return the segments of a record that get noise, in s from its start; none for a short one."""
    starts = np.arange(clean_s, duration_s, 2 * turn_s)
    return [(float(start), min(float(start) + turn_s, duration_s)) for start in starts]


def signal_power(record: Record) -> NDArray[np.float64]:
    """Power S of each lead in mV²: an eighth of the squared peak-to-peak QRS amplitude.

    The eighth makes S the mean square of a sine wave of that amplitude (nst(1) of WFDB).

    Parameters
    ----------
    record : Record
        With annotations; of its normal beats (N of EC57) the first `N_MEASURED` are measured.

    Returns
    -------
    (n_leads,) float64
        From the mean of the amplitudes without the lowest and the highest 5 %.

    Raises
    ------
    ValueError
        When no normal beat is annotated.
    """
    marks, reach = record.annotations, round(QRS_S * record.fs)
    beats = marks.sample[aami_class(marks.symbol) == "N"] if marks else np.zeros(0, np.int64)
    beats = beats[(beats >= reach) & (beats < len(record.signal) - reach)][:N_MEASURED]
    if not len(beats):
        raise ValueError(f"{record.name} has no annotated normal beat to measure")
    around = record.signal[beats[:, None] + np.arange(-reach, reach + 1)].astype(np.float64)
    return _middle(np.ptp(around, axis=1)) ** 2 / 8


def noise_power(noise: NDArray[np.floating], fs: float) -> NDArray[np.float64]:
    """Power N of each lead in mV²: the square of the mean root mean square of a second.

    Parameters
    ----------
    noise : (n, n_leads) float
        At least a second in mV; the first `N_MEASURED` seconds are measured, each about its mean.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n_leads,) float64
        From the mean over the seconds without the lowest and the highest 5 %.
    """
    second = round(fs)
    n = min(N_MEASURED, len(noise) // second)
    seconds = noise[: n * second].reshape(n, second, -1).astype(np.float64)
    return _middle(seconds.std(axis=1)) ** 2


def noise_gain(record: Record, noise: NDArray[np.floating], snr_db: float) -> NDArray[np.float64]:
    """Gain a of the noise on each lead, so that ``10 log10(S / (N a²))`` is `snr_db`.

    S and N are those of `signal_power` and `noise_power`.
    """
    power = noise_power(noise, record.fs) * 10 ** (snr_db / 10)
    gain: NDArray[np.float64] = np.sqrt(signal_power(record) / power)
    return gain


def add_stress_noise(
    record: Record,
    noise: NDArray[np.floating],
    snr_db: float,
    spans: Sequence[Span] | None = None,
) -> Record:
    """Add noise to every lead in some segments.

    Parameters
    ----------
    record : Record
        With annotations.
    noise : (n, n_leads) float
        In mV, at the sampling rate of the record; repeated when it is shorter.
    snr_db : float
        Ratio of signal to noise in dB; see `noise_gain`.
    spans : sequence of (begin, end), optional
        The segments, in s and in order; by default those of EC57, `noisy_spans`.

    Returns
    -------
    Record
        In mV. A clean segment keeps the last value of the noise before it, as nst does, because a
        step would look like a beat.
    """
    gain = noise_gain(record, noise, snr_db)
    running = np.resize(noise, record.signal.shape)
    added, level = np.zeros(record.signal.shape), np.zeros(record.signal.shape[1])
    for begin_s, end_s in noisy_spans(record.duration_s) if spans is None else spans:
        begin, end = round(begin_s * record.fs), round(end_s * record.fs)
        added[begin:end] = level + gain * (running[begin:end] - running[begin])
        level = added[end - 1]
        added[end:] = level
    return replace(record, signal=(record.signal + added).astype(np.float32))


def _middle(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean along the first axis without the lowest and the highest 5 %."""
    ordered, edge = np.sort(values, axis=0), len(values) // 20
    middle: NDArray[np.float64] = ordered[edge : len(values) - edge].mean(axis=0)
    return middle

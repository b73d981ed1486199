"""Read the recordings of the MIT-BIH Noise Stress Test Database, and measure its noisy records."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.added_noise import noise_power, noisy_spans, signal_power
from ecg_anomaly.records.record import Record

#: Stored units per mV of the noise recordings; WFDB assumes it when a header has none.
GAIN_PER_MV = 200.0


def read_noise(folder: Path, name: str) -> NDArray[np.float64]:
    """Read a noise recording of the database at its 360 Hz, (n, n_leads) in mV."""
    import wfdb  # its headers give a gain of 0, which our own reader rightly refuses

    stored = wfdb.rdrecord(str(folder / name), physical=False).d_signal
    noise: NDArray[np.float64] = stored / GAIN_PER_MV
    return noise


def measure_snr(clean: Record, noisy: Record) -> NDArray[np.float64]:
    """Signal to noise ratio in dB of each lead of a record that the database made noisy.

    Parameters
    ----------
    clean : Record
        With annotations, longer than `CLEAN_S`.
    noisy : Record
        The same with noise in `noisy_spans`; a constant offset is ignored.

    Returns
    -------
    (n_leads,) float64
        Of the first `N_MEASURED` seconds with noise. The database set the ratio from the first
        seconds of the noise recording instead.
    """
    spans = [(round(a * clean.fs), round(b * clean.fs)) for a, b in noisy_spans(clean.duration_s)]
    added = noisy.signal.astype(np.float64) - clean.signal
    noise = np.concatenate([added[start:stop] for start, stop in spans])
    ratio: NDArray[np.float64] = signal_power(clean) / noise_power(noise, clean.fs)
    return 10 * np.log10(ratio)

"""Which windows cannot be read, and why."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import PreprocessConfig


def say_why_unreadable(
    waveform: NDArray[np.float32],
    missing: NDArray[np.bool_],
    centre: NDArray[np.int64],
    n_samples: int,
    config: PreprocessConfig,
) -> NDArray[np.str_]:
    """Name the first reason why each window cannot be read.

    Only the first lead decides: a detector trained with leads dropped reads the beat without the
    second one.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Filtered windows, mV.
    missing : (n, window, n_leads) bool
        True where the recorder stored nothing.
    centre : (n,) int64
        R peaks in samples of the filtered signal.
    n_samples : int
        Length of the filtered signal.
    config : PreprocessConfig
        Gives the limits.

    Returns
    -------
    (n,) str
        ``"outside record"``, ``"missing samples"``, ``"flat"``, ``"implausible"`` or ``""``.
    """
    before = round(config.window_before_s * config.fs)
    after = waveform.shape[1] - before
    first = waveform[:, :, 0]
    reasons = {
        "implausible": np.abs(first).max(axis=1, initial=0) > config.max_amplitude_mv,
        "flat": np.ptp(first, axis=1) < config.flat_mv if len(first) else np.zeros(0, bool),
        "missing samples": missing[:, :, 0].any(axis=1),
        "outside record": (centre < before) | (centre + after > n_samples),
    }
    reason = np.full(len(waveform), "", dtype="<U16")
    for name, where in reasons.items():
        reason[where] = name
    return reason

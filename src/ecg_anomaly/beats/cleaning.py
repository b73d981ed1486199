"""Which windows cannot be read, and why."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: Reasons, the one that is said first where there are several.
OUTSIDE, MISSING, FLAT, CLIPPED, IMPLAUSIBLE = (
    "outside record", "missing samples", "flat", "clipped", "implausible",
)  # fmt: skip


def say_why_unreadable(
    window: NDArray[np.float32],
    outside: NDArray[np.bool_],
    missing: NDArray[np.bool_],
    clipped: NDArray[np.bool_],
    noise: NDArray[np.str_],
    config: PreprocessConfig,
) -> NDArray[np.str_]:
    """Name the first reason why each window of one lead cannot be read.

    Parameters
    ----------
    window : (n, window) float32
        Filtered, mV.
    outside, missing, clipped : (n,) bool
        True where the window reaches beyond the record, where the recorder stored nothing in a
        part of it, and where it ran out of range there.
    noise : (n,) str
        What `BeatNoise.name` says of each beat.
    config : PreprocessConfig
        Gives the limits.

    Returns
    -------
    (n,) str
        ``"outside record"``, ``"missing samples"``, ``"flat"``, ``"clipped"``, ``"implausible"``,
        ``"noise"``, ``"no clear QRS"`` or ``""``.
    """
    reasons = {
        IMPLAUSIBLE: np.abs(window).max(axis=1, initial=0) > config.max_amplitude_mv,
        CLIPPED: clipped,
        FLAT: np.ptp(window, axis=1) < config.flat_mv if len(window) else clipped,
        MISSING: missing,
        OUTSIDE: outside,
    }
    reason = noise.astype("<U16")
    for name, where in reasons.items():
        reason[where] = name
    return reason

"""Drop candidates that are the T wave or a second peak of a higher candidate before them."""

import numpy as np
from numpy.typing import NDArray

#: Of two candidates closer than this, in s, the second one is no beat unless it is higher.
REFRACTORY_S = 0.25

#: A T wave comes at most this long after a beat, in s, and is lower than this share of it; the
#: share falls to 0 over that time.
T_WAVE_S, T_WAVE_SHARE = 0.46, 0.85

#: What is higher than this is an artefact or a wide beat; it drops no more waves than this height.
HIGHEST = 3.0

#: Number of candidates before it that a candidate is compared with. A dropped wave drops no other;
#: this is resolved in a fixed number of rounds, so that a candidate far away has no influence.
BEFORE, ROUNDS = 4, 5

#: A wave depends on no candidate further back than this, in s.
WAVES_BACK_S = ROUNDS * T_WAVE_S


def drop_waves(
    sample: NDArray[np.int64], height: NDArray[np.float64], rate: float
) -> NDArray[np.bool_]:
    """Mark candidates that are not the T wave or echo of a higher one before that is kept.

    Parameters
    ----------
    sample : (n,) int64
        In order.
    height : (n,) float64
        1 being the usual QRS complex.
    rate : float
        Sampling rate of `sample` in Hz.

    Returns
    -------
    (n,) bool
        False for waves that are dropped. It depends on what lies `WAVES_BACK_S` before.
    """
    n, lags = len(sample), np.arange(1, BEFORE + 1)
    former = np.arange(n)[:, None] - lags
    exists, former = former >= 0, np.maximum(former, 0)
    apart = (sample[:, None] - sample[former]) / rate
    fall = np.clip((T_WAVE_S - apart) / (T_WAVE_S - REFRACTORY_S), 0, 1)
    before, own = height[former], height[:, None]
    t_wave = own < T_WAVE_SHARE * fall * np.minimum(before, HIGHEST)
    drops = exists & np.where(apart < REFRACTORY_S, own <= before, t_wave)
    kept = np.ones(n, dtype=bool)
    for _ in range(ROUNDS):
        kept = ~(drops & kept[former]).any(axis=1)
    return np.asarray(kept, dtype=bool)

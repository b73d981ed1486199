"""Decide whether the window of a beat can be read, and name the reason when it cannot."""

import numpy as np
from numpy.typing import NDArray

#: Reasons, the strongest first: where several apply, the first one is given.
OUTSIDE, MISSING, FLAT, CLIPPED, IMPLAUSIBLE, NOISE, UNCLEAR = (
    "outside record", "missing samples", "flat", "clipped", "implausible", "noise", "no clear QRS",
)  # fmt: skip

#: A text array of this type holds any reason.
REASON_TYPE = "<U16"

#: A beat of lower quality is scored in doubt: its R peak may be none, so no interval is measured to
#: it, no other beat is compared with it, and its score is lowered. This is the quality at the
#: limits of the configuration.
TRUSTED_QUALITY = 0.5

#: A beat cannot be read if the recorder cut off more of its QRS complex, or of its window.
MOST_CLIPPED = 0.5

Values = NDArray[np.float32]


def is_flat(window: NDArray[np.float32], flat_mv: float) -> NDArray[np.bool_]:
    """Tell which windows show no signal, such as those of an electrode that came off.

    Parameters
    ----------
    window : (n, n_samples) float32
        Filtered, mV.
    flat_mv : float
        Difference between the largest and the smallest value of a flat window, mV.

    Returns
    -------
    (n,) bool
    """
    highest, lowest = _extremes(window)
    return np.asarray(highest - lowest < flat_mv)


def is_cut_off(clipped: NDArray[np.bool_], qrs: slice) -> NDArray[np.bool_]:
    """Tell which windows are mostly clipped, because the recorder ran out of range.

    Parameters
    ----------
    clipped : (n, n_samples) bool
        Clipped samples.
    qrs : slice
        Samples of the QRS complex.

    Returns
    -------
    (n,) bool
        False where only the tip of a wave is cut off: the rest of the beat can be read.
    """
    if not clipped.any():  # the usual case, and faster
        return np.zeros(len(clipped), dtype=bool)
    most = np.maximum(clipped[:, qrs].mean(axis=1), clipped.mean(axis=1))
    return np.asarray(most > MOST_CLIPPED)


def name_unreadable(
    window: NDArray[np.float32],
    outside: NDArray[np.bool_],
    missing: NDArray[np.bool_],
    clipped: NDArray[np.bool_],
    noise: NDArray[np.str_],
    *,
    flat_mv: float,
    max_amplitude_mv: float,
) -> NDArray[np.str_]:
    """Name the reason why each window of one lead cannot be read.

    Parameters
    ----------
    window : (n, n_samples) float32
        Filtered, mV.
    outside, missing, clipped : (n,) bool
        True where the window reaches beyond the record, holds missing samples, and where the
        recorder cut off most of the QRS complex, see `is_cut_off`.
    noise : (n,) str
        `NOISE`, `UNCLEAR` or ``""``, see `beat_quality.BeatNoise`.
    flat_mv : float
        See `is_flat`.
    max_amplitude_mv : float
        A larger amplitude does not come from a heart.

    Returns
    -------
    (n,) str
        One of the reasons of this module, or ``""`` for a window that can be read.
    """
    highest, lowest = _extremes(window)
    reasons = {
        IMPLAUSIBLE: np.maximum(highest, -lowest) > max_amplitude_mv,
        CLIPPED: clipped,
        FLAT: highest - lowest < flat_mv,
        MISSING: missing,
        OUTSIDE: outside,
    }
    reason = noise.astype(REASON_TYPE)
    for name, where in reasons.items():
        if where.any():
            reason[where] = name
    return reason


def _extremes(window: Values) -> tuple[Values, Values]:
    """Return the highest and the lowest value of each of some windows, 0 of windows of nothing."""
    if not window.shape[1]:
        return np.zeros(len(window), np.float32), np.zeros(len(window), np.float32)
    return np.maximum.reduce(window, axis=1), np.minimum.reduce(window, axis=1)


def is_certain(unreadable: NDArray[np.str_], quality: Values) -> NDArray[np.bool_]:
    """Tell which beats have a reliable R peak, although their windows may be unreadable.

    Parameters
    ----------
    unreadable : (n,) str
        Reasons, ``""`` for beats that can be read.
    quality : (n,) float32
        Of the beats that can be read; others have their reasons.

    Returns
    -------
    (n,) bool
        False in noise, where R peaks are found that do not exist. True for other reasons: a window
        with a gap, for example, belongs to a beat that exists.
    """
    if len(unreadable) == 1:  # as nearly always in a stream, and far faster
        (reason,) = unreadable.tolist()
        certain = quality[0] >= TRUSTED_QUALITY if reason == "" else reason not in (NOISE, UNCLEAR)
        return np.array([certain], bool)
    noisy = (unreadable == NOISE) | (unreadable == UNCLEAR)
    return ~noisy & ((unreadable != "") | (quality >= TRUSTED_QUALITY))


def is_hidden(unreadable: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Tell which windows show no heartbeat at all; a noisy window still shows something of it.

    Parameters
    ----------
    unreadable : (n,) str
        Reasons, ``""`` for windows that can be read.

    Returns
    -------
    (n,) bool
    """
    return np.asarray((unreadable != "") & (unreadable != NOISE) & (unreadable != UNCLEAR))


def is_trusted(unreadable: NDArray[np.str_], quality: Values) -> NDArray[np.bool_]:
    """Tell which beats others may be compared with: readable ones of sufficient quality.

    Parameters
    ----------
    unreadable : (n,) str
        Reasons, ``""`` for beats that can be read.
    quality : (n,) float32
        From 1, without noise, to 0.

    Returns
    -------
    (n,) bool
    """
    return np.asarray((unreadable == "") & (quality >= TRUSTED_QUALITY))

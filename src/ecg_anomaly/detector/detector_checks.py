"""Check that the parts of a detector fit together, and that its numbers are usable.

Digests tell damage, not forgery: whoever changes a part can state its new digest. A scale of zero
or a weight of NaN gives scores of NaN, which are above no threshold: every beat would pass for
normal.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.evaluation.threshold.thresholds import LEVELS
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.selection import CLIP
from ecg_anomaly.network.onnx.onnx_weights import read_weights
from ecg_anomaly.network.trained_model import NetworkCard

#: Beats that are scored on trial; they differ in height alone.
N_TRIALS = 16


def check_described(described: Any) -> None:
    """Check that every number in what JSON holds is finite.

    Raises
    ------
    ValueError
        When one is not.
    """
    if isinstance(described, float) and not np.isfinite(described):
        raise ValueError("a setting is no finite number")
    if isinstance(described, dict | list):
        for value in described.values() if isinstance(described, dict) else described:
            check_described(value)


def check_weights(path: Path) -> None:
    """Check that every weight of an ONNX file is finite.

    Raises
    ------
    ValueError
        When one is not.
    """
    if not all(np.isfinite(weights).all() for weights in read_weights(path)):
        raise ValueError("a weight of the network is not finite")


def check_values(detector: Detector, card: NetworkCard) -> None:
    """Check threshold, scaling, tables and calibration, and score some beats on trial.

    Parameters
    ----------
    detector : Detector
        Whose parts fit together.
    card : NetworkCard
        Gives the size of a beat.

    Raises
    ------
    ValueError
        Says what is wrong.
    """
    if not np.isfinite(detector.threshold):
        raise ValueError("the threshold is not finite")
    transform, calibration = detector.transform, detector.scorer.calibration
    _check_finite("the features", transform.mean, transform.scale)
    _check_finite("the calibration", *calibration.values())
    _check_positive("the features", transform.scale)
    _check_positive("the calibration", calibration.get("scale", np.ones(1)))
    if not len(transform.columns) == len(transform.mean) == len(transform.scale):
        raise ValueError("features and their scales are not as many")
    if (transform.columns < 0).any():
        raise ValueError("a feature has a column below 0")
    for table in (detector.first_lead.together, detector.first_lead.alone):
        _check_finite("a table of scores", table)
        if table.shape != LEVELS.shape or (np.diff(table) < 0).any():
            raise ValueError("a table of scores is not one of ascending quantiles")
    _try_scores(detector, card)


def _check_finite(what: str, *arrays: NDArray[np.floating[Any]]) -> None:
    if not all(np.isfinite(array).all() for array in arrays):
        raise ValueError(f"a number of {what} is not finite")


def _check_positive(what: str, scale: NDArray[np.floating[Any]]) -> None:
    if not (scale > 0).all():
        raise ValueError(f"a scale of {what} is not above 0")


def _try_scores(detector: Detector, card: NetworkCard) -> None:
    heights = np.linspace(-CLIP, CLIP, N_TRIALS, dtype=np.float32)
    shape = np.sin(np.arange(card.samples * card.channels, dtype=np.float32))
    sequence = heights[:, None, None] * shape.reshape(1, card.samples, card.channels)
    features = heights[:, None] * np.cos(np.arange(len(detector.transform.columns)))
    inputs = unlabelled_inputs(sequence, features.astype(np.float32))
    clean = np.ones(N_TRIALS, np.float32)
    score = detector.score_inputs(inputs, np.arange(N_TRIALS) % 2 == 0, clean).score
    if not np.isfinite(score).all():
        raise ValueError("the network gives scores that are not finite")


def check_parts(detector: Detector, card: NetworkCard) -> None:
    """Check that the parts of a detector fit together: each alone may be well-formed.

    Parameters
    ----------
    detector : Detector
        As loaded.
    card : NetworkCard
        The sizes that the detector folder states for its network.

    Raises
    ------
    ValueError
        When window, leads or number of features differ from what the network takes, when the
        threshold is NaN, or when the network does not give one score per beat.
    TypeError
        When the leads are not lists of names.
    """
    if np.isnan(detector.threshold):
        raise ValueError("the threshold is not a number")
    if not all(isinstance(name, str) for names in detector.leads for name in names):
        raise TypeError("leads are not lists of names")
    if detector.segment_length is None:
        _check_window(detector, card)
    n_features = len(detector.transform.columns)
    if card.features not in (0, n_features):
        raise ValueError(f"{n_features} features, not {card.features}")
    sequence = np.zeros((1, card.samples, card.channels), np.float32)
    inputs = unlabelled_inputs(sequence, np.zeros((1, n_features), np.float32))
    if detector.scorer.score(inputs).shape != (1,):
        raise ValueError("the network does not give one score for one beat")


def _check_window(detector: Detector, card: NetworkCard) -> None:
    samples = detector.window.n_samples
    channels = len(detector.leads) * len(detector.features.channels)
    if (samples, channels) != (card.samples, card.channels):
        rule = f"not {card.samples} samples of {card.channels} channels"
        raise ValueError(f"a window is {samples} samples of {channels} channels, {rule}")

"""Parts of a detector that are each well-formed may still not belong together."""

from typing import TYPE_CHECKING

import numpy as np

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.network.trained_model import NetworkCard

if TYPE_CHECKING:
    from ecg_anomaly.detector.detector import Detector


def check_consistency(detector: "Detector", card: NetworkCard) -> None:
    """Refuse parts that contradict each other, before a recording is opened.

    Parameters
    ----------
    detector : Detector
        As loaded.
    card : NetworkCard
        What the folder says of its network.

    Raises
    ------
    ValueError
        When window, leads, features or threshold are not those of the network, or it has no score
        for a beat.
    """
    if np.isnan(detector.threshold):
        raise ValueError("the threshold is not a number")
    if not all(isinstance(name, str) for names in detector.leads for name in names):
        raise TypeError("leads are not lists of names")
    if detector.segment_length is None:
        n_leads = len(detector.leads)
        window = BeatWindow.from_config(detector.preprocess)
        wanted = (window.n_samples, n_leads * len(detector.features.channels))
        if wanted != (card.samples, card.channels):
            rule = f"not {card.samples} samples of {card.channels} channels"
            raise ValueError(f"a window is {wanted[0]} samples of {wanted[1]} channels, {rule}")
    if card.features not in (0, len(detector.transform.columns)):
        raise ValueError(f"{len(detector.transform.columns)} features, not {card.features}")
    sequence = np.zeros((1, card.samples, card.channels), np.float32)
    nothing = np.zeros((1, len(detector.transform.columns)), np.float32)
    if detector.scorer.score(unlabelled_inputs(sequence, nothing)).shape != (1,):
        raise ValueError("the network does not give one score for one beat")

"""Prepare the inputs of a detector for each split: describe, select, scale, add synthetic beats."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.splits.by_subject import SPLITS
from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import BeatDescription, describe_beats, name_features
from ecg_anomaly.features.selection import FeatureTransform, select_features
from ecg_anomaly.features.synthesis.synthetic_split import add_synthetic_beats


class SplitInputs:
    """Describes beats, fits selection and scaling on the training side, and gives each side.

    Parameters
    ----------
    beats : BeatSet
        With their sides. No side sees another but for what is fitted on the training side: a side
        that is left out changes nothing of the others.
    features, preprocess : dataclasses
        How beats are described, selected and made.

    Attributes
    ----------
    transform : FeatureTransform
        Selection and scaling.
    report : list of dict
        Why each feature stays or goes.
    """

    def __init__(
        self, beats: BeatSet, features: FeaturesConfig, preprocess: PreprocessConfig
    ) -> None:
        self._beats, self._features, self._preprocess = beats, features, preprocess
        self._described, self._context = describe_beats(beats, features, preprocess)
        train = (beats.split == "train") & beats.readable
        labels = beats.anomalous[train] if beats.labelled[train].any() else None
        names = name_features(beats.waveform.shape[2])
        values = self._described.values[train]
        self.transform, self.report = select_features(values, names, labels, features.selection)

    def of(self, side: str) -> BeatInputs:
        """Return the readable beats of a side; on all but the test side also made ones."""
        rows = np.flatnonzero((self._beats.split == side) & self._beats.readable)
        inputs = assemble_inputs(self._beats, self._described, self.transform, rows)
        if side == "test":
            return inputs
        past = self._context.select(rows) if self._context is not None else None
        number = SPLITS.index(side)
        return add_synthetic_beats(
            inputs, past, self.transform, self._features, self._preprocess, number
        )


def assemble_inputs(
    beats: BeatSet, described: BeatDescription, transform: FeatureTransform, rows: NDArray[Any]
) -> BeatInputs:
    """Select recorded beats and join their description.

    Parameters
    ----------
    beats : BeatSet
        All beats.
    described : BeatDescription
        Their description, same order.
    transform : FeatureTransform
        Fitted on the training side.
    rows : (n,) bool or (m,) int
        Beats of this side.

    Returns
    -------
    BeatInputs
    """
    mine = beats.select(rows)
    return BeatInputs(
        sequence=described.sequence[rows],
        features=transform.apply(described.values[rows]),
        rule=described.rule[rows].astype(np.float32),
        record=mine.record,
        subject=mine.subject,
        sample=mine.sample,
        symbol=mine.symbol,
        aami=mine.aami,
        synthetic=np.full(len(mine), "", dtype="<U8"),
    )

"""Prepare the inputs of a detector for each split: describe, select, scale, add synthetic beats."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.splits.by_subject import SPLITS
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import BeatDescription, describe_beats, name_features
from ecg_anomaly.features.selection import FeatureTransform, select_features
from ecg_anomaly.features.synthesis.synthetic_split import add_synthetic_beats
from ecg_anomaly.files.array_tables import concatenate_tables


class SplitInputs:
    """Fits selection and scaling on the training split, and gives the inputs of each split.

    Parameters
    ----------
    beats : BeatSet
        With their splits. Selection and scaling are fitted on the training split alone: without
        validation or test beats, the inputs of the others are the same.
    described : BeatDescription
        Of the same beats.
    context : BeatsInContext or None
        What the same beats are compared with; None for beats already cut out.
    features : FeaturesConfig
        How features are selected and synthetic beats made.
    window : BeatWindow
    noisy : tuple of (BeatSet, BeatDescription), optional
        Beats of noisy copies of training and validation records, see
        `ecg_anomaly.beats.noisy_copies`; they are learned from, and nothing is fitted on them.

    Attributes
    ----------
    transform : FeatureTransform
        Selection and scaling.
    report : list of dict
        Why each feature was kept or not.
    """

    def __init__(
        self,
        beats: BeatSet,
        described: BeatDescription,
        context: BeatsInContext | None,
        features: FeaturesConfig,
        window: BeatWindow,
        noisy: tuple[BeatSet, BeatDescription] | None = None,
    ) -> None:
        self._beats, self._described, self._context = beats, described, context
        self._noisy = noisy
        self._features, self._window = features, window
        train = (beats.split == "train") & beats.readable
        labels = beats.anomalous[train] if beats.labelled[train].any() else None
        names = name_features(beats.waveform.shape[2])
        self.transform, self.report = select_features(
            described.values[train], names, labels, features.selection
        )

    def of(self, split: str) -> BeatInputs:
        """Return the readable beats of a split; to learn from also synthetic and noisy ones."""
        rows = np.flatnonzero((self._beats.split == split) & self._beats.readable)
        inputs = assemble_inputs(self._beats, self._described, self.transform, rows)
        if split == "test":
            return inputs
        context = self._context.select(rows) if self._context is not None else None
        number = SPLITS.index(split)
        learned = add_synthetic_beats(
            inputs, context, self.transform, self._features, self._window, number
        )
        if self._noisy is None:
            return learned
        return concatenate_tables([learned, self._of_copies(*self._noisy, split)])

    def _of_copies(self, beats: BeatSet, described: BeatDescription, split: str) -> BeatInputs:
        copied = assemble_inputs(beats, described, self.transform, beats.split == split)
        # An R peak found where no beat is must not be flagged, so it is learned as normal.
        aami = np.where(copied.aami == "", "N", copied.aami)
        return replace(copied, aami=aami, synthetic=np.full(len(copied), "noise", "<U8"))


def prepare_splits(
    beats: BeatSet, features: FeaturesConfig, window: BeatWindow, noisy: BeatSet | None = None
) -> SplitInputs:
    """Describe beats and prepare the inputs of each of their splits.

    Parameters
    ----------
    beats : BeatSet
        All beats, with their splits.
    features : FeaturesConfig
    window : BeatWindow
    noisy : BeatSet, optional
        Those of noisy copies; there may be none.
    """
    described, context = describe_beats(beats, features, window)
    copies = None
    if noisy is not None and len(noisy):
        copies = noisy, describe_beats(noisy, features, window)[0]
    return SplitInputs(beats, described, context, features, window, copies)


def assemble_inputs(
    beats: BeatSet, described: BeatDescription, transform: FeatureTransform, rows: NDArray[Any]
) -> BeatInputs:
    """Select recorded beats with their description, as inputs of a detector.

    Parameters
    ----------
    beats : BeatSet
        All beats.
    described : BeatDescription
        Their description, same order.
    transform : FeatureTransform
        Fitted on the training split.
    rows : (n,) bool or (m,) int
        Beats that are selected.

    Returns
    -------
    BeatInputs
    """
    mine = beats.select(rows)
    return BeatInputs(
        sequence=described.sequence[rows],
        features=transform.apply(described.values[rows]),
        odds=described.odds[rows].astype(np.float32),
        rule=described.rule[rows].astype(np.float32),
        record=mine.record,
        subject=mine.subject,
        sample=mine.sample,
        symbol=mine.symbol,
        aami=mine.aami,
        synthetic=np.full(len(mine), "", dtype="<U8"),
    )

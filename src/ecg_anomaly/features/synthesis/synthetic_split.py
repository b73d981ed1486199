"""Add synthetic beats to the recorded beats of a split."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.pipeline_schema import FeaturesConfig, SynthesisConfig
from ecg_anomaly.features.beat_context import BeatsInContext, replace_rows
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.synthesis.conduction_block import add_conduction_block
from ecg_anomaly.features.synthesis.random_waves import distort_beats
from ecg_anomaly.features.synthesis.synthetic_anomalies import make_anomalies
from ecg_anomaly.features.synthesis.synthetic_rhythms import (
    SyntheticBeats,
    make_fibrillation,
    make_rhythms,
    make_runs,
)
from ecg_anomaly.files.array_tables import concatenate_tables


def add_synthetic_beats(
    inputs: BeatInputs,
    context: BeatsInContext | None,
    transform: FeatureTransform,
    features: FeaturesConfig,
    window: BeatWindow,
    split: int,
) -> BeatInputs:
    """Append synthetic beats to the recorded ones of a split.

    Parameters
    ----------
    inputs : BeatInputs
        Recorded beats of the split.
    context : BeatsInContext or None
        The same beats with what they are compared with; None for beats already cut out.
    transform : FeatureTransform
        Fitted on recorded training beats.
    features, window : dataclasses
        How synthetic beats are made and described.
    split : int
        Number of the split, so that splits draw different beats.

    Returns
    -------
    BeatInputs
        Recorded beats first. Anomalies and rhythms come from normal beats alone; runs from
        labelled abnormal ones, for the classifier that may know them.
    """
    config = features.synthesis
    rng = np.random.default_rng([config.seed, split])
    normal = choose_normal(inputs, config.beats_per_record, rng)
    if not len(normal):
        return inputs
    if context is None:
        return concatenate_tables([inputs, _distorted(inputs.select(normal), rng)])
    parts = _make_beats(inputs, context, normal, config, window, rng)
    synthetic = [
        _describe_synthetic(name, part, inputs.select(rows), transform, features, window)
        for name, part, rows in parts
    ]
    return concatenate_tables([inputs, *synthetic])


def _make_beats(
    inputs: BeatInputs,
    context: BeatsInContext,
    normal: NDArray[np.intp],
    config: SynthesisConfig,
    window: BeatWindow,
    rng: np.random.Generator,
) -> list[tuple[str, SyntheticBeats, NDArray[np.intp]]]:
    """Make synthetic beats of each sort, with the rows of the beats they are made from."""
    rows = np.flatnonzero(rng.random(len(normal)) < config.block)
    beats, blocked = context.select(normal), context.select(normal[rows])
    blocked = add_conduction_block(blocked, np.zeros(len(rows), bool), window, rng)
    beats = replace_rows(beats, rows, blocked)
    block = SyntheticBeats(blocked, np.full(len(rows), "N"), rows)
    parts = [
        ("block", block, normal),
        ("anomaly", make_anomalies(beats, config, window, rng), normal),
        ("rhythm", make_rhythms(beats, config, rng), normal),
        ("rhythm", make_fibrillation(beats, config, window, rng), normal),
    ]
    abnormal = np.flatnonzero(inputs.anomalous)
    if len(abnormal):
        runs = make_runs(context.select(abnormal), inputs.aami[abnormal], config, window, rng)
        parts.append(("run", runs, abnormal))
        rows = np.flatnonzero(rng.random(len(abnormal)) < config.block)
        aami, early = inputs.aami[abnormal[rows]], context.select(abnormal[rows])
        blocked = add_conduction_block(early, aami != "S", window, rng)
        parts.append(("block", SyntheticBeats(blocked, aami, rows), abnormal))
    return parts


def choose_normal(inputs: BeatInputs, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Choose rows of normal beats in random order: `n` of each record, repeated if it has fewer."""
    order = rng.permutation(np.flatnonzero(inputs.presumed_normal))
    record = inputs.record[order]
    kept = [np.resize(order[record == name], n) for name in np.unique(record)]
    return rng.permutation(np.concatenate(kept)) if kept else order


def _describe_synthetic(
    name: str,
    synthetic: SyntheticBeats,
    source: BeatInputs,
    transform: FeatureTransform,
    features: FeaturesConfig,
    window: BeatWindow,
) -> BeatInputs:
    described = describe(synthetic.beats, features.channels, window)
    return replace(
        source.select(synthetic.origin),
        sequence=described.sequence,
        features=transform.apply(described.values),
        odds=described.odds.astype(np.float32),
        rule=described.rule.astype(np.float32),
        aami=synthetic.aami.astype("<U1"),
        synthetic=np.full(len(synthetic.beats), name, dtype="<U8"),
    )


def _distorted(source: BeatInputs, rng: np.random.Generator) -> BeatInputs:
    n = len(source)
    return replace(
        source,
        sequence=distort_beats(source.sequence, rng),
        aami=np.full(n, "V", dtype="<U1"),
        synthetic=np.full(n, "anomaly", dtype="<U8"),
    )

"""Describe beats for a detector: channels over time, and named features."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_context import BeatsInContext, concatenate_contexts
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.interval_network import load_interval_network
from ecg_anomaly.features.joint_context import put_beats_in_context
from ecg_anomaly.features.morphology import (
    compute_morphology,
    distance_to_template,
    name_hour_morphology,
    name_morphology,
)
from ecg_anomaly.features.rhythm_features import RHYTHM_FEATURES, compute_rhythm
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.files.progress import track

#: Larger amplitudes, in units of the subject's own, are cut to this.
AMPLITUDE_CLIP = 6.0

#: Beats that are described at once: more take no less time each, and 11 kB of memory.
AT_ONCE = 768


@dataclass(frozen=True)
class BeatDescription:
    """Beats described, before selection and scaling.

    Attributes
    ----------
    sequence : (n, window, n_channels) float32
        Channels over time, in units of the subject's own amplitude.
    values : (n, n_features) float64
        The features `name_features`; NaN where the data set does not allow one.
    odds : (n,) float64
        Log odds that a beat is abnormal by its RR intervals alone, see
        `ecg_anomaly.features.interval_network`; 0 where nothing is known.
    rule : (n, 3) float64
        What the rules without training look at: log distance from the template, log RR
        against the local median, log RR against the mean of the last minutes.
    """

    sequence: NDArray[np.float32]
    values: NDArray[np.float64]
    odds: NDArray[np.float64]
    rule: NDArray[np.float64]


def name_features(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `BeatDescription.values`."""
    return (*RHYTHM_FEATURES, *name_morphology(n_leads), *name_hour_morphology(n_leads))


def describe(beats: BeatsInContext, channels: Sequence[str], window: BeatWindow) -> BeatDescription:
    """Describe beats in their context; the description of one depends on no other.

    Parameters
    ----------
    beats : BeatsInContext
    channels : sequence of str
        ``"signal"`` and ``"template_difference"``, or one of them.
    window : BeatWindow
    """
    if len(beats) <= AT_ONCE:
        return _describe_together(beats, channels, window)
    parts = (beats.select(slice(k, k + AT_ONCE)) for k in range(0, len(beats), AT_ONCE))
    return concatenate_tables([_describe_together(part, channels, window) for part in parts])


def _describe_together(
    beats: BeatsInContext, channels: Sequence[str], window: BeatWindow
) -> BeatDescription:
    rhythm = compute_rhythm(beats.intervals, beats.rhythm)
    shape = compute_morphology(beats.waveform, beats.history, beats.hour, window)
    groups = {"signal": beats.waveform}
    if "template_difference" in channels:
        groups["template_difference"] = beats.waveform - beats.history.template
    rule = rhythm[:, [0, 1, 0]]
    rule[:, 0] = 0
    return BeatDescription(
        _lay_channels([groups[name] for name in channels]),
        np.concatenate([rhythm, shape], axis=1),
        load_interval_network().abnormal_odds(beats.recent),
        rule,
    )


def _lay_channels(groups: list[NDArray[np.float32]]) -> NDArray[np.float32]:
    """Lay groups of channels side by side, and clip them.

    Channels are copied one by one: NumPy is slow at copying a few values at a time.
    """
    n_leads = groups[0].shape[2]
    sequence = np.empty((*groups[0].shape[:2], n_leads * len(groups)), np.float32)
    for place, channels in enumerate(groups):
        for lead in range(n_leads):
            sequence[:, :, place * n_leads + lead] = channels[:, :, lead]
    np.maximum(sequence, -AMPLITUDE_CLIP, out=sequence)
    return np.minimum(sequence, AMPLITUDE_CLIP, out=sequence)


def describe_record(
    beats: BeatSet, features: FeaturesConfig, window: BeatWindow
) -> tuple[BeatDescription, BeatsInContext | None]:
    """Describe all beats of one record, in order.

    Returns
    -------
    description : BeatDescription
        Beats that came already cut out have no rhythm, no past and no amplitude in mV: their
        only channel is the signal and their numbers are NaN.
    context : BeatsInContext or None
        What the beats were compared with; None for beats already cut out.
    """
    if not len(beats) or not beats.continuous.all():
        nothing = np.full((len(beats), len(name_features(beats.waveform.shape[2]))), np.nan)
        return BeatDescription(beats.waveform, nothing, np.zeros(len(beats)), nothing[:, :3]), None
    context = put_in_context(beats, features, window)
    described = describe(context, features.channels, window)
    described.rule[:, 0] = distance_to_template(context.waveform, context.history, window)
    return described, context


def describe_beats(
    beats: BeatSet, features: FeaturesConfig, window: BeatWindow
) -> tuple[BeatDescription, BeatsInContext | None]:
    """Describe a whole beat set, record by record.

    Returns
    -------
    description : BeatDescription
        In the order of `beats`, which are grouped by record.
    context : BeatsInContext or None
        What the beats were compared with; None when they came already cut out.
    """
    names = list(dict.fromkeys(beats.record.tolist()))
    parts = [
        describe_record(beats.select(beats.record == name), features, window)
        for name in track(names, "describe beats")
    ] or [describe_record(beats, features, window)]
    known = [context for _, context in parts if context is not None]
    whole = concatenate_contexts(known) if len(known) == len(parts) else None
    return concatenate_tables([description for description, _ in parts]), whole


def put_in_context(beats: BeatSet, features: FeaturesConfig, window: BeatWindow) -> BeatsInContext:
    """Compare all beats of one record with the record's own past.

    Parameters
    ----------
    beats : BeatSet
        Every beat of a continuous record, at least one; unreadable ones too.
    features : FeaturesConfig
        Look-back lengths.
    window : BeatWindow
    """
    found = ContextBuilder(features).extend(DetectedBeats.from_beat_set(beats), last=True)
    if found is None:
        raise ValueError("a record without beats has no context")
    return put_beats_in_context(found, features, window)

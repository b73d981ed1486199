"""From beats to what a detector sees: channels over time, and named numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.config.schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.morphology import compute_morphology, name_morphology
from ecg_anomaly.features.rhythm import RHYTHM_FEATURES, compute_rhythm
from ecg_anomaly.features.template import running_template, template_amplitude


@dataclass(frozen=True)
class BeatDescription:
    """Beats described, before selection and scaling.

    Attributes
    ----------
    sequence : (n, window, n_channels) float32
        Channels over time, in units of the patient's own amplitude.
    values : (n, n_features) float64
        Named numbers; NaN where the data set does not allow one.
    names : tuple of str
        Names of the columns of `values`.
    """

    sequence: NDArray[np.float32]
    values: NDArray[np.float64]
    names: tuple[str, ...]


def describe_record(
    beats: BeatSet, features: FeaturesConfig, preprocess: PreprocessConfig
) -> BeatDescription:
    """Describe all beats of one record, in order.

    Parameters
    ----------
    beats : BeatSet
        Every beat of the record, unreadable ones too: their R peaks still make RR intervals.
    features : FeaturesConfig
        Channels and look-back lengths.
    preprocess : PreprocessConfig
        Gives the window.

    Returns
    -------
    BeatDescription
        Beats that came already cut out have no rhythm, no template and no amplitude in mV:
        their only channel is the signal and their rhythm is NaN.
    """
    n_leads = beats.waveform.shape[2]
    names = (*RHYTHM_FEATURES, *name_morphology(n_leads))
    if not beats.continuous.all():
        values = np.full((len(beats), len(names)), np.nan)
        return BeatDescription(beats.waveform, values, names)
    template = running_template(beats.waveform, beats.readable, beats.time_s, features)
    rhythm = compute_rhythm(beats.time_s, features.mean_rr_s, features.local_beats)
    morphology = compute_morphology(beats.waveform, template, preprocess)
    sequence = _channels(beats.waveform, template, features.channels)
    return BeatDescription(sequence, np.column_stack([rhythm, morphology]), names)


def describe_beats(
    beats: BeatSet, features: FeaturesConfig, preprocess: PreprocessConfig
) -> BeatDescription:
    """Describe a whole beat set, record by record; an empty one gives an empty description."""
    parts = [
        describe_record(beats.select(beats.record == name), features, preprocess)
        for name in dict.fromkeys(beats.record.tolist())
    ] or [describe_record(beats, features, preprocess)]
    return BeatDescription(
        np.concatenate([part.sequence for part in parts]),
        np.concatenate([part.values for part in parts]),
        parts[0].names,
    )


def _channels(
    waveform: NDArray[np.float32], template: NDArray[np.float32], channels: list[str]
) -> NDArray[np.float32]:
    scale = template_amplitude(template)
    made = {"signal": waveform / scale, "template_difference": (waveform - template) / scale}
    return np.concatenate([made[name] for name in channels], axis=2).astype(np.float32)

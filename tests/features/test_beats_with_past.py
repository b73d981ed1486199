"""The beats themselves, and the intervals before them, of beats with their past."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.beats_with_past import measure_rr
from ecg_anomaly.features.context_builder import ContextBuilder

CONFIG = features_config(history_s=40.0, history_update_s=6.0)


@pytest.fixture(scope="module")
def detected(simulated_records) -> DetectedBeats:
    beats, _ = cut_beats(simulated_records[1], dataset_config(), preprocess_config())
    return DetectedBeats.from_beat_set(
        replace(beats, unreadable=np.full(len(beats), ""), quality=np.ones(len(beats), np.float32))
    )


def test_intervals_and_beats_are_those_of_the_beats_themselves(detected):
    builder = ContextBuilder(CONFIG)
    builder.extend(detected.select(slice(60)), last=False)
    ready = builder.extend(detected.select(slice(60, None)), last=True)
    np.testing.assert_array_equal(ready.beats.sample, detected.sample[59:])
    found = measure_rr([ready], ready.beats.time_s)
    np.testing.assert_array_equal(found, np.diff(detected.time_s)[58:])

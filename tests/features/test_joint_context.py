"""Beats are compared with their own past, some as all are, and many records at once as each."""

from dataclasses import fields, replace

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.beat_context import BeatsInContext, concatenate_contexts
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.joint_context import compare_with_past, put_beats_in_context

WINDOW = BeatWindow.from_config(preprocess_config())
CONFIG = features_config(history_s=40.0, history_update_s=6.0)


@pytest.fixture(scope="module")
def detected(simulated_records) -> DetectedBeats:
    beats, _ = cut_beats(simulated_records[1], dataset_config(), preprocess_config())
    return DetectedBeats.from_beat_set(
        replace(beats, unreadable=np.full(len(beats), ""), quality=np.ones(len(beats), np.float32))
    )


@pytest.fixture
def ready(detected) -> BeatsWithPast:
    return ContextBuilder(CONFIG).extend(detected, last=True)


def assert_same(one: BeatsInContext, other: BeatsInContext) -> None:
    np.testing.assert_array_equal(one.waveform, other.waveform)
    for name in ("intervals", "rhythm", "history", "hour"):
        for field in fields(getattr(one, name)):
            pair = (getattr(getattr(context, name), field.name) for context in (one, other))
            np.testing.assert_array_equal(*pair, err_msg=field.name)


@pytest.mark.parametrize("rows", [[0], [3, 4, 50, 99], range(60, 90), [136]])
def test_some_of_the_beats_have_the_context_that_they_have_among_all(ready, rows):
    rows = np.array(rows)
    whole = put_beats_in_context(ready, CONFIG, WINDOW)
    assert_same(put_beats_in_context(ready, CONFIG, WINDOW, rows=rows), whole.select(rows))


def test_a_lead_that_is_lacking_is_absent(ready):
    both, one = (
        put_beats_in_context(ready, CONFIG, WINDOW, columns) for columns in ((0, 1), (0, -1))
    )
    assert not one.waveform[:, :, 1].any()
    assert not one.history.template[:, :, 1].any()
    np.testing.assert_array_equal(one.history.template[:, :, 0], both.history.template[:, :, 0])
    np.testing.assert_array_equal(one.waveform[:, :, 0], both.waveform[:, :, 0])


def test_the_first_column_says_which_beats_are_compared_with(detected):
    """Of the second lead only beats after the 50th are trusted, and the first have none."""
    late = np.arange(len(detected)) >= 50
    trusted = np.column_stack([~late, late])
    found = replace(detected, trusted=trusted, choice=late.astype(np.int64))
    ready = ContextBuilder(CONFIG, (0, 1)).extend(found, last=True)
    context = put_beats_in_context(ready, CONFIG, WINDOW, (1, 0), np.arange(50, 60))
    own = detected.waveform[50:60, :, 1]
    spread = np.median(np.ptp(own[:, WINDOW.part("qrs")], axis=1))
    np.testing.assert_allclose(context.history.amplitude[:, 0], spread, rtol=1e-6)


def test_records_together_are_compared_as_each_alone(detected):
    """Some on other leads, some on windows that are moved, some with one lead less, some again."""
    kinds = [((0, 1), False), ((1, 0), True), ((0, -1), False), ((0, 1), False)]
    builders = [ContextBuilder(CONFIG, (0, 1)) for _ in kinds]
    alone = [ContextBuilder(CONFIG, (0, 1)) for _ in kinds]
    for start in range(0, len(detected), 20):
        asked, each = [], []
        for (columns, align), builder, other in zip(kinds, builders, alone, strict=True):
            piece, last = detected.select(slice(start, start + 20)), start + 20 >= len(detected)
            ready, same = (b.extend(piece, last) for b in (builder, other))
            if ready is None:
                continue
            rows = np.arange(ready.until - ready.since)
            asked.append(AskedBeats(ready, columns, rows, align))
            each.append(put_beats_in_context(same, CONFIG, WINDOW, columns, rows, align))
        if asked:
            found, wanted = compare_with_past(asked, CONFIG, WINDOW), concatenate_contexts(each)
            assert_same(found, wanted)
            np.testing.assert_array_equal(found.recent, wanted.recent)

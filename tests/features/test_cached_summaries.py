"""Summaries of a cache are read as they were written, or refused."""

import json

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.cached_summaries import read_summaries, write_summaries
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.features.joint_context import compare_with_past
from ecg_anomaly.features.summary_cache import SummaryCache

WINDOW = BeatWindow.from_config(preprocess_config())
CONFIG = features_config(history_s=40.0, history_update_s=20.0, slow_history_s=1500.0)


@pytest.fixture(scope="module")
def cache(simulated_records) -> SummaryCache:
    beats, _ = cut_beats(simulated_records[0], dataset_config(), preprocess_config())
    ready = ContextBuilder(CONFIG).extend(DetectedBeats.from_beat_set(beats), last=True)
    for columns in ((0, 1), (1, -1)):
        rows = np.arange(len(ready.beats))[-3:]
        compare_with_past([AskedBeats(ready, columns, rows, columns[0] > 0)], CONFIG, WINDOW)
    return ready.cache


def flatten(summary: object) -> list[object]:
    if hasattr(summary, "__dataclass_fields__"):
        return [value for column in vars(summary).values() for value in flatten(column)]
    return [summary]


def test_what_is_written_is_read(cache):
    read = SummaryCache()
    read_summaries(write_summaries(cache), read, WINDOW)
    known = {kind: (window, summary) for kind, window, summary in cache.items()}
    assert {kind if isinstance(kind, str) else kind[0] for kind in known} == {
        "full", "intervals", "rates", "minutes", "hour",
    }  # fmt: skip
    again = {kind: (window, summary) for kind, window, summary in read.items()}
    assert again.keys() == known.keys()
    for kind, (window, summary) in known.items():
        assert again[kind][0] == window
        for one, other in zip(flatten(summary), flatten(again[kind][1]), strict=True):
            assert getattr(one, "dtype", None) == getattr(other, "dtype", None)
            np.testing.assert_array_equal(one, other)


def test_nothing_and_an_unknown_hour_are_read():
    for kinds in ([], [("hour", "a key")]):
        cache, read = SummaryCache(), SummaryCache()
        for kind in kinds:
            cache.put(kind, 3, ())
        read_summaries(write_summaries(cache), read, WINDOW)
        assert [summary for _, _, summary in read.items()] == [()] * len(kinds)


def test_what_is_none_is_refused(cache):
    state = write_summaries(cache)
    short, longer = state["values"][:-1], np.append(state["values"], 0.0)
    layout = [{"kind": "rates", "rows": -1, "window": 0.0}]
    text = np.frombuffer(json.dumps(layout).encode(), np.uint8)
    endless = np.frombuffer(b'[{"kind": "rates", "rows": 1e999}]', np.uint8)
    for changed in (
        {"values": short}, {"values": longer}, {"layout": text}, {"layout": state["layout"][:-1]},
        {"layout": endless},
    ):  # fmt: skip
        with pytest.raises((ValueError, OverflowError)):
            read_summaries({**state, **changed}, SummaryCache(), WINDOW)
    with pytest.raises(ValueError, match=r"summaries|reshape"):
        read_summaries(state, SummaryCache(), BeatWindow(120.0, 0.3, 0.3))

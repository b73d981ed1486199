"""Beats are plain where each lead near them is whole, or absent throughout."""

import numpy as np
import pytest

from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.due_beats import DueBeats
from ecg_anomaly.detector.plain_beats import as_plain
from ecg_anomaly.detector.stream_cutter import StreamCutter
from toy_detector import toy_records


def cutter_of(detector, signal):
    record = toy_records()[0]
    cutter = StreamCutter(
        ChunkScorer(detector, record), record.fs, 1, window_reach(detector.preprocess)
    )
    cutter.append(signal)
    return cutter


def due(*peaks, ended=False):
    return DueBeats(np.array(peaks, np.int64), 21600, None, ended)


@pytest.mark.parametrize(
    ("missing", "leads"), [([], (0, 1)), ([1], (0,)), ([0], (1,)), ([0, 1], None)]
)
def test_leads_that_are_absent_throughout_are_left_out(detector, missing, leads):
    signal = toy_records()[0].signal.copy()
    signal[:, missing] = np.nan
    plain = as_plain(cutter_of(detector, signal), due(18000, 18300))
    assert (plain and plain.leads) == leads
    assert plain is None or plain.target == range(18000, 18301)


def test_a_gap_nearby_or_the_edge_of_the_recording_makes_beats_not_plain(detector):
    signal = toy_records()[0].signal.copy()
    signal[17900:17990, 1] = np.nan
    cutter = cutter_of(detector, signal)
    assert as_plain(cutter, due(18000)) is None
    assert as_plain(cutter, due(300)) is None
    assert as_plain(cutter, due(15000, ended=True)) is None
    assert as_plain(cutter, due()) is None
    assert as_plain(cutter_of(detector, signal[:17000]), due(15000)) is not None

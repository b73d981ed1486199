"""Beats of a running recording are cut as those of a whole one, and on time."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunks import read_chunks
from ecg_anomaly.detector.stream_cutter import LONGEST_RR_S, StreamCutter

FS, SIZE = 360.0, 72


@pytest.fixture(scope="module")
def silent(record):
    """A recording with a pause of ten seconds, and another one of which nothing is stored."""
    signal = record.signal.copy()
    signal[20 * 360 : 30 * 360] = signal[20 * 360]
    signal[40 * 360 : 45 * 360] = np.nan
    return signal


@pytest.fixture(scope="module")
def cutter(detector, record):
    """Return a maker of cutters."""
    scorer, reach = ChunkScorer(detector, record), window_reach(detector.preprocess)
    return lambda: StreamCutter(scorer, FS, 1, reach)


def push(cutter, signal):
    """Return the beats that are cut when these samples come."""
    due = cutter.find_due(cutter.finder.extend(cutter.append(signal)))
    return None if due is None else cutter.complete(due, cutter.cut(due))


def finish(cutter):
    due = cutter.finish()
    return cutter.complete(due, cutter.cut(due))


def test_pieces_are_cut_as_the_whole(detector, record, silent, cutter):
    record = type(record)(**{**vars(record), "signal": silent})
    scorer = ChunkScorer(detector, record)
    (chunk,) = read_chunks(record, scorer.leads.order, 1e6, detector.reach)
    whole, _ = scorer.cut(chunk)
    running, parts = cutter(), []
    for start in range(0, len(silent), SIZE):
        if start == 100 * SIZE:  # in the middle, go on with a restored one
            state, running = running.state(), cutter()
            running.restore(state)
        new = push(running, silent[start : start + SIZE])
        if new is not None:
            parts.append(new.beats)
    parts.append(finish(running).beats)
    assert len(parts) > 30
    for field in fields(DetectedBeats):
        found = np.concatenate([getattr(part, field.name) for part in parts])
        np.testing.assert_array_equal(found, getattr(whole, field.name), err_msg=field.name)


def test_a_beat_is_cut_when_the_next_is_known_or_after_a_pause(detector, silent, cutter):
    running, waited, ahead_s = cutter(), [], window_reach(detector.preprocess).ahead_s
    for start in range(0, len(silent), SIZE):
        new, end_s = push(running, silent[start : start + SIZE]), (start + SIZE) / FS
        if new is None:
            continue
        assert new.known_s <= end_s
        if new.after is not None:
            assert len(new.beats) == 0 or new.after.time_s > new.beats.time_s[-1]
            assert new.known_s <= new.after.time_s
            assert 0 <= new.after.lost_s <= 5.1
        if 10 < end_s < 40:  # where the signal begins, R peaks wait until levels are known
            waited += [end_s - t for t in new.beats.time_s]
        if len(new.beats) and new.after is None:
            assert end_s - new.beats.time_s[-1] >= LONGEST_RR_S + ahead_s
    # The last R peak before a pause may itself be in doubt for a while.
    assert max(waited) <= LONGEST_RR_S + ahead_s + 2
    assert np.median(waited) < 1.5


def test_what_is_held_is_bounded_without_beats_too(cutter):
    running = cutter()
    for _ in range(300):
        push(running, np.zeros((SIZE, 2), np.float32))
    assert len(running.state()["signal"]["held"]) < 1.6 * 30 * FS


@pytest.mark.parametrize("n_cut", [-1, 99])
def test_a_state_that_cannot_be_is_refused(cutter, n_cut):
    state = cutter().state()
    state["peaks"]["n_cut"] = np.array(n_cut)
    with pytest.raises(ValueError, match="counts of beats"):
        cutter().restore(state)


def test_the_reach_is_what_is_waited_for(detector, record):
    scorer = ChunkScorer(detector, record)
    early = StreamCutter(scorer, FS, 1, Reach(21.0, 0.65))
    first = [push(early, record.signal[s : s + 36]) for s in range(0, 10 * 360, 36)]
    assert any(new is not None and len(new.beats) for new in first)

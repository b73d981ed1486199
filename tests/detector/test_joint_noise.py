"""Noise that is rated beat by beat, of what is kept, is that of the long way, to the last bit."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector import joint_noise
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.joint_cutting import cut_together
from ecg_anomaly.detector.kept_noise import KeptNoise
from ecg_anomaly.detector.stream_cutter import StreamCutter
from ecg_anomaly.records.record import Record
from toy_detector import toy_records

LEADS = ("II", "V1", "V2", "V3", "V4", "V5", "V6", "I")


def hostile_recordings(rng, n_leads):
    """Recordings with noise, gaps of one lead and of all, flat and clipped signal."""
    recordings = []
    for number, record in enumerate(toy_records()[:3]):
        signal = np.stack([record.signal[:, k % 2] for k in range(n_leads)], axis=1).copy()
        signal += rng.normal(0, 0.03, signal.shape)
        start = int(rng.integers(23, 50)) * 360
        if number == 0:
            signal[start : start + int(rng.integers(1, 900)), rng.integers(n_leads)] = np.nan
            signal[40 * 360 : 41 * 360] *= 8
        if number == 1:
            signal[start : start + 1500] = signal[start]
            signal[start + 3000 : start + 3003] = np.nan
        if number == 2:
            signal[:start] = np.minimum(signal[:start], 0.5)
        recordings.append(
            Record(record.name, record.subject, signal.astype(np.float32), 360.0, LEADS[:n_leads])
        )
    return recordings


def make_cutter(detector, record):
    return StreamCutter(ChunkScorer(detector, record), 360.0, 1, window_reach(detector.preprocess))


def find_due(cutter, piece):
    return cutter.find_due(cutter.finder.extend(cutter.append(piece)))


@pytest.mark.parametrize("n_leads", [1, 2, 8])
@pytest.mark.parametrize("seed", range(2))
def test_irregular_pushes_with_restarts_are_rated_as_the_long_way(detector, n_leads, seed):
    rng = np.random.default_rng(seed)
    recordings = hostile_recordings(rng, n_leads)
    together = [make_cutter(detector, record) for record in recordings]
    alone = [make_cutter(detector, record) for record in recordings]
    place, n_kept, n = [0] * len(recordings), 0, 0
    while min(place) < 21600:
        due = []
        for k, record in enumerate(recordings):
            size = int(rng.choice([0, 30, 72, 200, 800, 1300]))
            piece = record.signal[place[k] : place[k] + size]
            place[k] += size
            if rng.random() < 0.02:
                state, together[k] = together[k].state(), make_cutter(detector, record)
                together[k].restore(state)
            both = [find_due(cutter, piece) for cutter in (together[k], alone[k])]
            if both[0] is not None:
                due.append((together[k], alone[k], *both))
        found = cut_together([(cutter, beats) for cutter, _, beats, _ in due])
        n_kept += sum(cutter.noise is not None for cutter, *_ in due)
        for new, (_, other, _, beats) in zip(found, due, strict=True):
            expected = other.complete(beats, other.cut(beats))
            n += len(new.beats)
            for field in fields(DetectedBeats):
                pair = getattr(new.beats, field.name), getattr(expected.beats, field.name)
                np.testing.assert_array_equal(*pair, err_msg=field.name)
    assert n > 100
    assert n_kept > 15


def test_what_is_kept_is_measured_anew_only_after_a_restart(detector, monkeypatch):
    record, asked, measure = toy_records()[0], [], joint_noise.measure_past
    monkeypatch.setattr(
        joint_noise, "measure_past", lambda *given: asked.append(1) or measure(*given)
    )
    running = make_cutter(detector, record)
    for start in range(0, 21600, 72):
        if start == 45 * 360:
            state, running = running.state(), make_cutter(detector, record)
            running.restore(state)
        due = find_due(running, record.signal[start : start + 72])
        if due is not None:
            cut_together([(running, due)])
    assert len(asked) == 2


def test_what_is_kept_is_of_use_for_the_beat_just_after_on_the_same_leads():
    kept = KeptNoise(500, (0, 1), np.ones((2, 3), np.float32))
    assert kept.after(500, (0, 1)) is kept.past
    for last_cut, leads in ((499, (0, 1)), (None, (0, 1)), (500, (0,)), (500, (1, 0))):
        assert kept.after(last_cut, leads) is None

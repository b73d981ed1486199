"""Beats of many recordings that are cut at once are cut as in their own recordings."""

from dataclasses import fields, replace

import numpy as np

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector import joint_cutting
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.joint_cutting import cut_together
from ecg_anomaly.detector.stream_cutter import StreamCutter
from toy_detector import toy_records


def noisy_records():
    """Recordings with noise that is judged, a clipped one, one of one lead, one without the other.

    Of one a lead has a gap, is absent for long, and comes again.
    """
    records = []
    for number, record in enumerate((*toy_records(), toy_records()[0])):
        signal = record.signal + np.random.default_rng(number).normal(0, 0.06, (21600, 2))
        signal[45 * 360 : 47 * 360] *= 1 + number
        records.append(replace(record, signal=signal.astype(np.float32)))
    records[1] = replace(records[1], signal=np.minimum(records[1].signal, np.float32(0.6)))
    records[2].signal[25 * 360 : 25 * 360 + 200, 1] = np.nan
    records[2].signal[27 * 360 : 53 * 360, 1] = np.nan
    records[0].signal[:, 1] = np.nan
    records[3] = replace(records[3], signal=records[3].signal[:, :1], leads=("V1",))
    records[4] = replace(records[4], fs=800.0)  # a fast heart
    return records


def cutters(detector, records):
    reach = window_reach(detector.preprocess)
    return [StreamCutter(ChunkScorer(detector, r), r.fs, 1, reach) for r in records]


def test_together_windows_and_quality_are_those_of_each(detector, monkeypatch):
    monkeypatch.setattr(joint_cutting, "MOST_TOGETHER", 3)
    records = noisy_records()
    together, alone, n, quality = cutters(detector, records), cutters(detector, records), 0, []
    for start in range(0, 21600, 180):
        due = []
        for cutter, other, record in zip(together, alone, records, strict=True):
            piece = record.signal[start : start + 180]
            both = [c.find_due(c.finder.extend(c.append(piece))) for c in (cutter, other)]
            if both[0] is not None:
                due.append((cutter, other, *both))
        found = cut_together([(cutter, beats) for cutter, _, beats, _ in due])
        for new, (_, other, _, beats) in zip(found, due, strict=True):
            expected = other.complete(beats, other.cut(beats))
            assert (new.known_s, new.after) == (expected.known_s, expected.after)
            for field in fields(DetectedBeats):
                pair = getattr(new.beats, field.name), getattr(expected.beats, field.name)
                np.testing.assert_array_equal(*pair, err_msg=field.name)
            n += len(new.beats)
            quality += new.beats.quality.tolist()
    assert n > 150
    assert len(set(quality)) > 50


def test_plain_beats_do_not_go_the_long_way(detector, monkeypatch):
    """After the first seconds, each recording without gaps filters its samples once."""
    records, slow = [r for i, r in enumerate(noisy_records()) if i in (0, 3)], []
    running = cutters(detector, records)
    monkeypatch.setattr(StreamCutter, "cut", lambda _, due: slow.append(due))
    for start in range(0, 21600, 72):
        for cutter, record in zip(running, records, strict=True):
            piece = record.signal[start : start + 72]
            due = cutter.find_due(cutter.finder.extend(cutter.append(piece)))
            if due is not None and start > 30 * 360:
                cut_together([(cutter, due)])
            elif due is not None:
                cutter.complete(due, DetectedBeats(due.sample, *[due.sample] * 10))
    assert not slow

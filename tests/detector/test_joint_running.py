"""Samples and beats of many recordings are worked on together as alone."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.joint_running import decide_together, take_together
from ecg_anomaly.detector.running_beats import RunningBeats
from ecg_anomaly.detector.stream_pool import push_together
from toy_detector import toy_records


def run(running, signals):
    """Return the decisions of each recording, in pieces of a second."""
    found = [[] for _ in running]
    for start in range(0, 40 * 360, 360):
        ready = take_together(
            [(r, s[start : start + 360]) for r, s in zip(running, signals, strict=True)]
        )
        due = [(r, [some] if some else []) for r, some in zip(running, ready, strict=True)]
        for parts, made in zip(found, decide_together(due), strict=True):
            parts.append(made)
    return [concatenate_decisions(parts) for parts in found]


def test_together_and_alone_the_same_is_decided(detector):
    records = toy_records()

    def start():
        return [RunningBeats(detector, r.name, r.fs, r.leads, False) for r in records]

    signals = [r.signal for r in records]
    together = run(start(), signals)
    for running, signal, found in zip(start(), signals, together, strict=True):
        (expected,) = run([running], [signal])
        assert len(expected) > 20
        for field in fields(BeatDecisions):
            pair = getattr(found, field.name), getattr(expected, field.name)
            np.testing.assert_array_equal(*pair, err_msg=field.name)


def test_nobody_has_a_beat_yet(detector):
    record = toy_records()[0]
    running = RunningBeats(detector, record.name, record.fs, record.leads, False)
    assert take_together([(running, record.signal[:36])]) == [None]
    assert [len(found) for found in decide_together([(running, [])])] == [0]
    assert take_together([]) == decide_together([]) == []


@pytest.mark.parametrize("wrong", ["ended", "ragged", "text"])
def test_when_one_signal_cannot_be_none_has_taken_samples(detector, wrong):
    record = toy_records()[0]
    good, bad = (detector.stream(record.fs, record.leads) for _ in range(2))
    signal = record.signal[:360]
    if wrong == "ended":
        bad.finish()
    signals = {"ended": signal, "ragged": [[0.0, 0.0], [0.0]], "text": [["a", "b"]]}
    before = good.snapshot()
    with pytest.raises(ValueError):  # noqa: PT011 - NumPy's words, of the two last ones
        push_together([(good, signal), (bad, signals[wrong])])
    assert (good.n_samples, bad.n_samples) == (0, 0)
    assert good.snapshot() == before

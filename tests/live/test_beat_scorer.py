"""The detector's stream and the toy one are what live monitoring asks for, alone and together."""

import inspect

import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.beat_scorer import BeatStream, push_together
from toy_detector import toy_records, write_toy_detector
from toy_ecg import FS, ToyBeats, make_ecg, steady


@pytest.mark.parametrize("made", [DetectorStream, ToyBeats])
def test_it_has_every_method(made):
    asked = [name for name, _ in inspect.getmembers(BeatStream, inspect.isfunction)]
    for name in (name for name in asked if not name.startswith("_")):
        assert callable(getattr(made, name)), name


def test_together_the_same_is_said_as_alone(tmp_path):
    detector = load_detector(write_toy_detector(tmp_path / "toy", pipeline_config()))
    records = toy_records()[:2]

    def streams():
        return [DetectorStream(detector, r.fs, r.leads, "mV", None, r.name) for r in records]

    alone, together, toy = streams(), streams(), ToyBeats(FS)
    toy_signal, n = make_ecg(steady(1, 20), 20), 0
    for at in range(0, 5400, 540):
        pairs = [(s, r.read(at, at + 540)) for s, r in zip(together, records, strict=True)]
        piece = toy_signal[at // 54 * 20 : at // 54 * 20 + 200]
        *found, of_toy = push_together([*pairs, (toy, piece)])
        assert len(of_toy) <= 3
        for stream, record, made in zip(alone, records, found, strict=True):
            expected = stream.push(record.read(at, at + 540))
            np.testing.assert_array_equal(made.sample, expected.sample)
            np.testing.assert_array_equal(made.score, expected.score)
            n += len(made)
    assert n > 10


def test_one_that_takes_no_samples_leaves_the_others_alone(tmp_path):
    detector = load_detector(write_toy_detector(tmp_path / "toy", pipeline_config()))
    stream, toy = DetectorStream(detector, 250.0, ("II",)), ToyBeats(FS)
    refused, taken = push_together([(stream, np.zeros((5, 3), np.float32)), (toy, make_ecg([], 1))])
    assert isinstance(refused, UserError)
    assert len(taken) == 0

"""The detector's stream and the toy one are what live monitoring asks for."""

import inspect

import pytest
from toy_ecg import ToyBeats

from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.live.beat_scorer import BeatStream


@pytest.mark.parametrize("made", [DetectorStream, ToyBeats])
def test_it_has_every_method(made):
    asked = [name for name, _ in inspect.getmembers(BeatStream, inspect.isfunction)]
    for name in (name for name in asked if not name.startswith("_")):
        assert callable(getattr(made, name)), name

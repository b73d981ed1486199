import numpy as np
import pytest

from ecg_anomaly.beats.cleaning import say_why_unreadable
from ecg_anomaly.config.pipeline_schema import PreprocessConfig

CONFIG = PreprocessConfig()


def beat(n=1):
    return np.repeat(np.sin(np.linspace(0, 6, 96))[None], n, 0).astype(np.float32)


def reasons(window, **marks):
    names = ("outside", "missing", "clipped")
    given = [np.array(marks.get(name, [False] * len(window)), bool) for name in names]
    noise = np.array(marks.get("noise", [""] * len(window)), str)
    return say_why_unreadable(window, *given, noise, CONFIG).tolist()


def test_a_good_beat_has_no_reason():
    assert reasons(beat(2)) == ["", ""]


@pytest.mark.parametrize(
    ("window", "marks", "reason"),
    [
        (beat() * 0.001, {}, "flat"),
        (beat() * 100, {}, "implausible"),
        (beat(), {"missing": [True]}, "missing samples"),
        (beat(), {"clipped": [True]}, "clipped"),
        (beat(), {"outside": [True]}, "outside record"),
        (beat(), {"noise": ["no clear QRS"]}, "no clear QRS"),
    ],
)
def test_each_reason_is_named(window, marks, reason):
    assert reasons(window, **marks) == [reason]


def test_noise_is_said_where_nothing_else_is_wrong():
    window = np.concatenate([beat(), beat() * 0.001, beat()])
    marks = {"noise": ["noise"] * 3, "missing": [False, False, True]}
    assert reasons(window, **marks) == ["noise", "flat", "missing samples"]


def test_no_beat_has_no_reasons():
    assert reasons(beat(0)) == []

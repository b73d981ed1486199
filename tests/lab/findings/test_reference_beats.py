import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.reference_beats import bear_out


def ask(kind: str, rr_s: list[float], ventricular: bool = False) -> bool:
    beat_s = 10 + np.concatenate([[0.0], np.cumsum(rr_s)])
    span = float(beat_s[0]), float(beat_s[-1])
    classes = np.full(len(beat_s), ventricular)
    return bear_out(kind, span, beat_s, classes, FindingLimits())


@pytest.mark.parametrize(
    ("kind", "right", "wrong"),
    [
        ("asystole", [0.8, 4.1, 0.8], [0.8, 2.0, 2.0]),
        ("extreme_bradycardia", [1.6] * 4, [1.6, 1.6, 1.3, 1.6]),
        ("extreme_tachycardia", [0.4] * 17, [0.5] * 17),
        ("ventricular_fibrillation", [0.9, 0.3, 0.3, 0.4, 0.3], [0.9] * 5),
        ("ventricular_tachycardia", [0.3] * 5, [0.5] * 5),
    ],
)
def test_beats_bear_out_what_they_show(kind, right, wrong):
    assert ask(kind, right)
    assert not ask(kind, wrong)


def test_ventricular_beats_are_a_tachycardia_at_100_a_minute():
    assert ask("ventricular_tachycardia", [0.5] * 5, ventricular=True)
    assert not ask("ventricular_tachycardia", [0.7] * 5, ventricular=True)


@pytest.mark.parametrize("kind", ["extreme_bradycardia", "ventricular_fibrillation"])
def test_few_beats_bear_nothing_out(kind):
    assert not bear_out(kind, (1.0, 9.0), np.array([2.0]), np.array([True]), FindingLimits())


def test_an_asystole_without_any_beat_is_borne_out():
    assert bear_out("asystole", (1.0, 9.0), np.zeros(0), np.zeros(0, bool), FindingLimits())

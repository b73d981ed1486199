"""Gaps of one beat in ventricular runs."""

import numpy as np
import pytest
from hand_made_beats import cut, fill_classes, make_beats, make_steady

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.class_gaps import GapFiller


def fill(decisions, step=1000):
    return fill_classes(GapFiller(100.0), decisions, step)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("NVVNVN", "NVVVVN"),
        ("NVVSVVV", "NVVVVVV"),
        ("NVVNVVNV", "NVVVVVVV"),
        ("NVNVNVN", "NVNVNVN"),
        ("NVNVVN", "NVNVVN"),
        ("NVVNNV", "NVVNNV"),
        ("NVVxVN", "NVVxVN"),
        ("VVN", "VVN"),
        ("N", "N"),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 100])
def test_a_single_beat_inside_a_run_is_one_of_it(classes, expected, step):
    assert fill(make_steady(len(classes), 0.45, classes), step) == expected


def test_a_pause_or_a_slow_beat_is_the_hearts_own():
    assert fill(make_beats([0.8, 0.4, 0.8, 0.4, 0.8], "NVVNVN")) == "NVVNVN"
    assert fill(make_beats([0.8, 0.4, 0.3, 0.58, 0.8], "NVVNVN")) == "NVVNVN"
    assert fill(make_steady(6, 0.7, "NVVNVN")) == "NVVNVN"


@pytest.mark.parametrize(("score", "expected"), [(-3.0, "N"), (-2.4, "N"), (-1.0, "V"), (0.4, "V")])
@pytest.mark.parametrize("step", [1, 2, 7, 100])
def test_one_whose_score_is_that_of_a_usual_beat_is_the_hearts_own(score, expected, step):
    classes = "N" * 20 + "VVNVV"
    scores = np.where(np.array(list(classes)) == "V", 2.0, -3.2)
    scores[22] = score
    decisions = make_steady(len(classes), 0.45, classes, score=scores)
    assert fill(decisions, step)[22] == expected


def test_every_beat_comes_once_and_in_order():
    rng = np.random.default_rng(0)
    letters = "".join(rng.choice(list("NVVVS"), 80))
    decisions = make_beats(rng.choice([0.4, 0.45, 0.7], 79), letters)
    beats = make_batch(decisions)
    for step in (1, 3, 10):
        filler = GapFiller(100.0)
        parts = [filler.extend(part) for part in cut(beats, step)] + [filler.finish()]
        times = [t for part in parts if part is not None for t in part.time_s.tolist()]
        assert times == beats.time_s.tolist()
        assert fill(decisions, step) == fill(decisions)

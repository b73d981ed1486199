"""The first beats of a ventricular tachycardia, of which the detector flags some alone."""

import numpy as np
import pytest
from hand_made_beats import apply_rule, cut, fill_classes, make_beats

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.run_onsets import OnsetFiller

SINUS = 30
SCORES = {"N": -4.0, "n": -0.8, "V": 1.0, "S": 1.0, "x": np.nan}


def make(classes, rr_s=0.4, usual=None):
    """A sinus rhythm, then beats at one rate; n is a normal beat with a raised score."""
    letters = "N" * SINUS + classes
    rr_s = np.broadcast_to(rr_s, len(classes))
    score = np.array([SCORES[letter] for letter in letters])
    score[:SINUS] = np.linspace(-4.2, -3.8, SINUS) if usual is None else usual
    return make_beats([0.8] * (SINUS - 1) + list(rr_s), letters.replace("n", "N"), score=score)


def fill(decisions, step=1000):
    return fill_classes(OnsetFiller(5, 100.0), decisions, step)[SINUS:]


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("VnVVV", "VVVVV"),
        ("nnVVV", "VVVVV"),
        ("VnnnnVV", "VVVVVVV"),
        ("VNVVV", "VNVVV"),  # it is as usual as any other
        ("VnVVS", "VNVVS"),
        ("VnVxV", "VNVxV"),
        ("VnVV", "VNVV"),
        ("nnnnn", "NNNNN"),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 7, 100])
def test_raised_beats_among_ventricular_ones_are_ventricular(classes, expected, step):
    assert fill(make(classes), step) == expected


def test_slow_or_uneven_beats_are_none():
    assert fill(make("VnVVV", 0.65)) == "VNVVV"
    assert fill(make("VnVVV", [0.4, 0.4, 0.52, 0.4, 0.4])) == "VNVVV"
    uneven = [0.4, 0.4, 0.45, 0.4, 0.45]
    assert fill(make("VnVVV", uneven)) == "VVVVV"
    assert fill(make("Vnnnn", uneven)) == "VNNNN"  # one alone asks for a regular rhythm


def test_where_beats_are_raised_as_a_rule_or_nothing_is_usual_yet_none_is():
    assert fill(make("VnVVV", usual=-2.2)) == "VVVVV"
    assert fill(make("VnVVV", usual=-1.9)) == "VNVVV"
    few = make("VnVVV")
    keep = slice(SINUS - 12, None)
    late = make_beats(np.diff(few.time_s[keep]), "N" * 12 + "VNVVV", score=few.score[keep])
    assert fill(late)[-5:] != "VVVVV"


@pytest.mark.parametrize("step", [1, 3, 10])
def test_every_beat_comes_once_in_order_and_batches_change_nothing(step):
    rng = np.random.default_rng(1)
    for _ in range(20):
        decisions = make(
            "".join(rng.choice(list("NnnVVVSx"), 60)), rng.choice([0.4, 0.43, 0.7], 60)
        )
        beats, filler = make_batch(decisions), OnsetFiller(5, 100.0)
        parts = [filler.extend(part) for part in cut(beats, step)] + [filler.finish()]
        times = [t for part in parts if part is not None for t in part.time_s.tolist()]
        assert times == beats.time_s.tolist()
        assert fill(decisions, step) == fill(decisions)


def test_a_tachycardia_is_found_with_its_fifth_beat():
    decisions = make("Vnnnn" + "V" * 10)
    (found,) = apply_rule(ClassRule(FindingLimits()), decisions)
    assert found.kind == "ventricular_tachycardia"
    assert found.start_s == decisions.time_s[SINUS]
    assert found.found_s == decisions.time_s[SINUS + 4]


def test_sinus_beats_never_wait():
    filler = OnsetFiller(5, 100.0)
    for part in cut(make_batch(make("N" * 40, 0.5)), 1):
        assert len(filler.extend(part)) == 1

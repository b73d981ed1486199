from dataclasses import replace

import numpy as np
import pytest
from hand_made_beats import apply_rule, make_beats

from ecg_anomaly.findings.atrial_fibrillation import FibrillationRule
from ecg_anomaly.findings.limits import FindingLimits

RNG = np.random.default_rng(3)
SINUS = 0.85 + 0.04 * np.sin(np.arange(400) / 4) + RNG.normal(0, 0.01, 400)
FIBRILLATION = RNG.gamma(20, 0.65 / 20, 400).clip(0.3, 1.6)


def find(rr_s, classes="", step=None):
    return apply_rule(FibrillationRule(FindingLimits()), make_beats(rr_s, classes), step)


@pytest.mark.parametrize("step", [None, 1, 50])
def test_an_episode_is_found_with_its_start_and_end(step):
    before_s, lasting_s = SINUS.sum(), FIBRILLATION.sum()
    (found,) = find(np.concatenate([SINUS, FIBRILLATION, SINUS]), step=step)
    assert found.start_s == pytest.approx(1 + before_s, abs=30)
    assert found.end_s == pytest.approx(1 + before_s + lasting_s, abs=30)
    assert found.rate_bpm == pytest.approx(60 / FIBRILLATION.mean(), abs=5)
    assert found.found_s < found.start_s + 60


def test_a_regular_rhythm_and_a_bigeminy_are_none():
    assert find(SINUS) == []
    bigeminy = np.tile([0.55, 1.05], 200) + RNG.normal(0, 0.005, 400)
    assert find(bigeminy) == []


def test_single_ectopic_beats_are_none():
    rr_s = SINUS.copy()
    rr_s[::9] *= 0.6
    rr_s[1::9] *= 1.4
    assert find(rr_s) == []


def test_frequent_ventricular_beats_are_none():
    rr_s = SINUS.copy()
    early = np.flatnonzero(RNG.random(398) < 0.25)
    rr_s[early] *= RNG.uniform(0.5, 0.8, len(early))
    rr_s[early + 1] *= RNG.uniform(1.1, 1.5, len(early))
    classes = np.full(401, "N")
    classes[early + 1] = "V"
    assert find(rr_s, "".join(classes)) == []


def test_what_is_shorter_than_an_episode_is_none():
    short = FIBRILLATION[:25]
    assert find(np.concatenate([SINUS, short, SINUS])) == []


def draw_ectopy(seed: int) -> np.ndarray:
    """Premature atrial beats at random, three of ten, with pauses after them, for 20 minutes."""
    rng = np.random.default_rng(seed)
    rr_s = 0.8 + rng.normal(0, 0.02, 1500)
    early = np.flatnonzero(rng.random(1499) < 0.3)
    rr_s[early] *= rng.uniform(0.6, 0.85, len(early))
    rr_s[early + 1] *= rng.uniform(1.0, 1.2, len(early))
    return rr_s


def test_irregular_intervals_alone_are_not_enough():
    limits = replace(FindingLimits(), af_probability=1e-9)
    rr_s = [draw_ectopy(seed) for seed in range(3)]
    alone = [apply_rule(FibrillationRule(limits), make_beats(r)) for r in rr_s]
    assert sum(f.lasting_s for found in alone for f in found) > 600
    assert sum(f.lasting_s for r in rr_s for f in find(r)) < 60


def test_nothing_is_said_where_hardly_any_interval_is_judged():
    rr_s = np.concatenate([SINUS, FIBRILLATION, FIBRILLATION])
    classes = np.array(list("N" * (len(rr_s) + 1)))
    classes[401::4] = classes[402::4] = "V"  # one interval of four is between other beats
    assert find(rr_s, "".join(classes)) == []
    classes[402::4] = "N"
    assert len(find(rr_s, "".join(classes))) == 1

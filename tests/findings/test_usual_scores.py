"""The scores of a patient's usual beats, and how far other scores lie from them."""

import numpy as np
import pytest
from hand_made_beats import cut, make_beats

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.usual_scores import (
    LEAST_USUAL,
    USUAL_FROM,
    USUAL_TO,
    UsualScores,
    lies_towards,
)


def make(letters, score=None):
    score = np.arange(len(letters), dtype=float) if score is None else score
    return make_batch(make_beats([0.8] * (len(letters) - 1), letters, score=score))


def test_usual_are_normal_beats_that_can_be_read_and_not_the_last_ones():
    scores = UsualScores(2)
    scores.extend(make("N" * 20 + "VSx" + "N" * 5))
    assert scores.before(0).tolist() == [*range(20), 23]  # beat 27; 24 to 26 are too near
    assert scores.before(7).tolist() == list(range(17))


def test_few_of_them_are_none():
    scores, n = UsualScores(1), LEAST_USUAL + USUAL_TO
    scores.extend(make("N" * n))
    assert len(scores.before(0)) == LEAST_USUAL
    assert len(scores.before(1)) == 0


def test_those_of_long_ago_do_not_count():
    scores = UsualScores(1)
    scores.extend(make("N" * 100))
    assert scores.before(0).tolist() == list(range(99 - USUAL_FROM, 99 - USUAL_TO + 1))


@pytest.mark.parametrize("step", [1, 3, 7])
def test_batches_change_nothing(step):
    rng = np.random.default_rng(2)
    beats = make("".join(rng.choice(list("NNNVSx"), 120)), rng.normal(size=120))
    whole, parts = UsualScores(4), UsualScores(4)
    whole.extend(beats)
    seen = 0
    for part in cut(beats, step):
        parts.extend(part)
        seen += len(part)
        for ago in range(4):
            if seen > ago:
                expected = whole.before(len(beats) - seen + ago)
                np.testing.assert_array_equal(parts.before(ago), expected)


def test_the_way_leads_from_the_median_of_usual_scores():
    usual = np.array([-5.0, -4.0, 30.0])
    assert lies_towards(-3.0, 0.0, usual, 0.25)
    assert not lies_towards(-3.1, 0.0, usual, 0.25)

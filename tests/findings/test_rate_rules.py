import numpy as np
import pytest
from hand_made_beats import apply_rule, kinds, make_beats, make_steady

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.rate_rules import ExtremeRateRule, PauseRule, RateChangeRule

LIMITS = FindingLimits()


def slow(decisions, step=None):
    return apply_rule(ExtremeRateRule("extreme_bradycardia", LIMITS), decisions, step)


def fast(decisions, step=None):
    return apply_rule(ExtremeRateRule("extreme_tachycardia", LIMITS), decisions, step)


@pytest.mark.parametrize("step", [None, 1, 4])
def test_five_beats_under_40_are_a_bradycardia(step):
    decisions = make_beats([0.8] * 10 + [1.6] * 4 + [0.8] * 10)
    (found,) = slow(decisions, step)
    assert (found.beats, found.start_s, found.end_s) == (5, 9.0, pytest.approx(15.4))
    assert found.rate_bpm == pytest.approx(37.5)
    assert found.found_s == found.end_s
    assert fast(decisions, step) == []


def test_four_beats_or_a_pause_are_none():
    assert slow(make_beats([0.8] * 10 + [1.6] * 3 + [0.8] * 10)) == []
    assert slow(make_beats([0.8] * 10 + [3.9] + [0.8] * 10)) == []


def test_an_interval_as_long_as_an_asystole_is_none_of_a_bradycardia():
    """The signal tells an asystole; in noise such an interval is of beats that were missed."""
    assert slow(make_beats([0.8] * 10 + [30.0, 4.0, 12.0, 60.0] + [0.8] * 10)) == []
    (found,) = slow(make_beats([0.8] * 10 + [1.6] * 4 + [4.0] + [0.8] * 10))
    assert found.beats == 5


@pytest.mark.parametrize("step", [None, 1, 5])
def test_seventeen_beats_over_140_are_a_tachycardia(step):
    decisions = make_beats([0.8] * 20 + [0.4] * 16 + [0.8] * 20)
    (found,) = fast(decisions, step)
    assert found.start_s == pytest.approx(17.0, abs=1.0)
    limit_s = 17 * 60 / 140
    assert found.found_s - 17.0 <= limit_s + 0.5
    assert found.rate_bpm > 135


def test_a_fast_but_short_spell_is_none():
    assert fast(make_beats([0.8] * 20 + [0.42] * 12 + [0.8] * 20)) == []


def test_an_interval_that_is_not_known_interrupts():
    classes = "N" * 10 + "x" + "N" * 20
    assert fast(make_steady(20, 0.4, classes[:20])) == []
    assert kinds(fast(make_steady(31, 0.4, classes))) == ["extreme_tachycardia"]


def test_a_long_tachycardia_is_one_finding():
    (found,) = fast(make_steady(500, 0.35))
    assert found.beats == 500


@pytest.mark.parametrize("step", [None, 1])
def test_pauses_from_the_limit_up_to_an_asystole(step):
    decisions = make_beats([0.8, 2.4, 0.8, 2.6, 0.8, 4.2, 0.8])
    (found,) = apply_rule(PauseRule(LIMITS), decisions, step)
    assert found.lasting_s == pytest.approx(2.6)
    assert "2.60 s" in found.why


def test_no_pause_across_noise():
    assert apply_rule(PauseRule(LIMITS), make_beats([0.8, 2.6, 0.8, 2.6], "NNxNx")) == []


@pytest.mark.parametrize("step", [None, 1, 9])
@pytest.mark.parametrize("new_s", [0.5, 1.4])
def test_a_rate_that_changes_and_stays(step, new_s):
    decisions = make_beats([0.9] * 100 + [new_s] * 150)
    (found,) = apply_rule(RateChangeRule(LIMITS), decisions, step)
    assert found.start_s == pytest.approx(91.0, abs=20)
    assert found.rate_bpm == pytest.approx(60 / new_s)
    assert "from 67 to" in found.why


def test_a_rate_that_drifts_or_returns_is_no_change():
    rng = np.random.default_rng(0)
    drift = np.linspace(0.5, 1.2, 600) + rng.normal(0, 0.02, 600)
    assert apply_rule(RateChangeRule(LIMITS), make_beats(drift)) == []
    returns = [0.9] * 100 + [0.5] * 40 + [0.9] * 150
    assert apply_rule(RateChangeRule(LIMITS), make_beats(returns)) == []


def test_a_tachycardia_that_is_slower_as_a_whole_says_how_many_beats_were_fast():
    (found,) = fast(make_beats([0.8] * 20 + [0.4] * 16 + [0.6] * 8 + [0.4] * 16 + [0.8] * 20))
    assert found.rate_bpm < 140
    assert found.why == f"{found.beats} beats in a row, 17 of them over 140 a minute on average"
    (found,) = fast(make_beats([0.8] * 20 + [0.4] * 40 + [0.8] * 20))
    assert found.rate_bpm > 140
    assert found.why == f"{found.beats} beats in a row over 140 a minute on average"

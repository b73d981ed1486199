"""The no-training rules, by hand."""

import numpy as np
import pytest

from ecg_anomaly.evaluation.baselines.rule_baselines import RULE_C_WEIGHT, score_rules

HALF, DOUBLE = np.log(0.5), np.log(2.0)


def score(*rows, weight: float = 4.0) -> dict[str, np.ndarray]:
    return score_rules(np.array(rows, np.float32).reshape(-1, 3), weight)


def test_scores_by_hand():
    found = score([1.5, 0, 0], [0, HALF, 0], [0, 0, HALF], [0.5, HALF, np.log(0.25)])
    np.testing.assert_allclose(found["rule_a"], [1.5, 2.0, 0.0, 2.5], rtol=1e-6)
    np.testing.assert_allclose(found["rule_b"], [1.5, 0.0, 2.0, 3.5], rtol=1e-6)
    np.testing.assert_allclose(found["rule_c"], [1.5, 4.0, 4.0, 6.5], rtol=1e-6)
    assert RULE_C_WEIGHT == 8


def test_a_late_beat_is_not_more_suspicious_than_one_in_time():
    found = score([0.3, DOUBLE, DOUBLE], [0.3, 0, 0])
    for name, values in found.items():
        assert values[0] == pytest.approx(values[1]), name


@pytest.mark.parametrize("rule", ["rule_a", "rule_b", "rule_c"])
def test_the_more_premature_the_larger(rule):
    early = np.log(np.linspace(0.99, 0.2, 20))
    values = score(*np.column_stack([np.zeros(20), early, early]))[rule]
    assert (np.diff(values) > 0).all()


@pytest.mark.parametrize("rule", ["rule_a", "rule_b", "rule_c"])
def test_the_less_like_the_usual_beat_the_larger(rule):
    values = score(*([d, HALF, 0.0] for d in (-1.0, 0.0, 0.5, 3.0)))[rule]
    assert (np.diff(values) > 0).all()


def test_the_weight_is_that_of_the_shortening_in_rules_a_and_b_only():
    light, heavy = (score([1.0, HALF, HALF], weight=w) for w in (0.0, 10.0))
    assert light["rule_a"][0] == light["rule_b"][0] == pytest.approx(1.0)
    assert heavy["rule_a"][0] == heavy["rule_b"][0] == pytest.approx(6.0)
    assert light["rule_c"] == heavy["rule_c"]


@pytest.mark.parametrize("rows", [[], [[0, 0, 0], [np.nan, 0, 0]], [[0, np.nan, np.nan]]])
def test_a_data_set_without_rhythm_has_no_rules(rows):
    assert score(*rows) == {}

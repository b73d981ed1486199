import numpy as np
import pytest

from ecg_anomaly.detector.explanation.reason_measures import (
    NAMED_FROM,
    ReasonMeasure,
    find_over_leads,
    only_where,
)

LEADS = ("II", "V1")


def test_texts_are_those_of_the_reasons_one_by_one() -> None:
    rng = np.random.default_rng(0)
    measure = ReasonMeasure(
        "amplitude", rng.uniform(0, 9, 20), {"ratio": rng.uniform(0, 3, 20)},
        rng.random((20, 2)) < 0.5,
    )  # fmt: skip
    rows, names = [3, 19, 3, 0], [LEADS, LEADS, ("a", "b"), LEADS]
    reasons = [measure.describe(*pair) for pair in zip(rows, names, strict=True)]
    assert measure.describe_all(rows, names) == [reason.text for reason in reasons]
    assert measure.describe_all([], []) == []
    assert [reason.strength for reason in reasons] == measure.strength[rows].tolist()


def test_a_reason_of_the_rhythm_names_no_lead() -> None:
    measure = ReasonMeasure("after_gap", np.array([3.0]))
    reason = measure.describe(0, LEADS)
    assert (reason.leads, reason.text) == ((), "first beat after missing signal")
    assert measure.describe_all([0], [LEADS]) == [reason.text]


def test_strength_counts_only_where_a_condition_holds() -> None:
    strength = np.array([5.0, np.inf, 2.0])
    assert only_where(np.array([True, False, True]), strength).tolist() == [5.0, 0.0, 2.0]


def test_the_strongest_lead_counts_and_all_strong_ones_show() -> None:
    strength = np.array([[NAMED_FROM, 9.0], [9.0, NAMED_FROM - 0.1], [0.0, 1.0]])
    measure = find_over_leads("st_t", strength)
    assert measure.strength.tolist() == [9.0, 9.0, 1.0]
    assert measure.leads is not None
    assert measure.leads.tolist() == [[True, True], [True, False], [False, False]]


@pytest.mark.parametrize("n_leads", [0, 2])
def test_no_beats_and_no_leads_give_no_strength(n_leads: int) -> None:
    assert find_over_leads("st_t", np.zeros((0, n_leads))).strength.shape == (0,)
    assert find_over_leads("st_t", np.zeros((3, 0))).strength.tolist() == [0.0] * 3

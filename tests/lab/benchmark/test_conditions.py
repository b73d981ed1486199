"""Cross-fitting: who is validated by whom, and what the networks of a seed say together."""

from types import SimpleNamespace

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from lab.benchmark.inter_patient import group_subjects
from lab.benchmark.scored import ScoredSplits, cross_fit, join_units


def subjects(abnormal: dict[str, int]) -> SimpleNamespace:
    """Ten beats of each person, so many of them abnormal."""
    subject = np.repeat(list(abnormal), 10)
    anomalous = np.concatenate([np.arange(10) < n for n in abnormal.values()])
    return SimpleNamespace(subject=subject, anomalous=anomalous)


def test_every_person_is_in_one_group():
    names = {f"p{i}": i % 7 for i in range(11)}
    groups = group_subjects(subjects(names), 3)
    assert sorted(name for group in groups for name in group) == sorted(names)
    assert max(map(len, groups)) - min(map(len, groups)) <= 1


def test_people_with_many_abnormal_beats_go_to_different_groups():
    groups = group_subjects(subjects({"a": 9, "b": 8, "c": 7, "d": 0, "e": 0, "f": 0}), 3)
    assert sorted(len({"a", "b", "c"} & set(group)) for group in groups) == [1, 1, 1]


def test_more_groups_than_people_are_refused():
    with pytest.raises(UserError, match=r"benchmark\.folds"):
        group_subjects(subjects({"a": 1, "b": 0}), 3)


def test_validation_beats_keep_the_score_of_the_network_that_has_not_seen_them(make_scores):
    test = [100, 200]
    first = {"validation": make_scores([1.0], [5], "a"), "reference": make_scores([2.0, 4.0], test)}
    other = {"validation": make_scores([3.0], [7], "b"), "reference": make_scores([4.0, 8.0], test)}
    odds = {"reference": np.full((2, 5), 0.2), "validation": np.full((1, 5), 0.2)}
    joined = cross_fit([ScoredSplits(first, odds), ScoredSplits(other, odds)])
    assert joined.scores["validation"].score.tolist() == [1.0, 3.0]
    assert joined.scores["validation"].record.tolist() == ["a", "b"]
    assert joined.scores["reference"].score.tolist() == [3.0, 6.0]
    assert joined.probability.keys() == {"reference"}


def test_one_fold_is_left_as_it_is(make_scores):
    splits = {"validation": make_scores([1.0], [5]), "reference": make_scores([2.0], [9])}
    joined = cross_fit([ScoredSplits(splits, {})])
    assert joined.scores["reference"].score.tolist() == [2.0]


def test_an_ensemble_is_the_mean_of_log_odds():
    units = [{"reference.score": np.array([s]), "seconds": np.array(1.0)} for s in (1.0, 4.0)]
    joined = join_units(units)
    assert joined.keys() == {"reference.score"}
    assert joined["reference.score"].tolist() == [2.5]

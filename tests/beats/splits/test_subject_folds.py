import numpy as np
import pytest

from ecg_anomaly.beats.splits.subject_folds import assign_folds
from ecg_anomaly.files.errors import UserError


def beats_of(abnormal: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Ten beats of each subject, so many of them abnormal."""
    anomalous = np.concatenate([np.arange(10) < n for n in abnormal.values()])
    return np.repeat(list(abnormal), 10), anomalous


def test_every_subject_is_in_one_fold():
    names = {f"p{i}": i % 7 for i in range(11)}
    folds = assign_folds(*beats_of(names), 3)
    assert sorted(name for fold in folds for name in fold) == sorted(names)
    assert max(map(len, folds)) - min(map(len, folds)) <= 1


def test_subjects_with_many_abnormal_beats_go_to_different_folds():
    folds = assign_folds(*beats_of({"a": 9, "b": 8, "c": 7, "d": 0, "e": 0, "f": 0}), 3)
    assert sorted(len({"a", "b", "c"} & set(fold)) for fold in folds) == [1, 1, 1]


def test_every_fold_gets_its_share_of_each_stratum():
    subject, anomalous = beats_of({f"p{i}": 9 - i for i in range(9)})
    stratum = np.where(np.isin(subject, ["p1", "p5", "p8"]), "one", "other")
    folds = assign_folds(subject, anomalous, 3, stratum)
    assert sorted(len({"p1", "p5", "p8"} & set(fold)) for fold in folds) == [1, 1, 1]


def test_more_folds_than_subjects_are_refused():
    with pytest.raises(UserError, match="3 folds of 2 subjects"):
        assign_folds(*beats_of({"a": 1, "b": 0}), 3)

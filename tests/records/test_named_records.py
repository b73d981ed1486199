import pytest

from default_config import dataset_config, split_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.named_records import check_known, check_names, split_units

SUBJECTS = {"201": "p1", "202": "p1", "a/1": "p2", "a/2": "p3"}


def config(unit="subject", subjects=(), exclude=(), **split):
    return dataset_config(
        subjects=dict.fromkeys(subjects, "p"),
        exclude=list(exclude),
        split=split_config(unit=unit, **split),
    )


def test_names_that_are_there_pass():
    check_names(config(), SUBJECTS)
    check_names(config("subject", ["202"], ["a/1"], test=["p1"], validation=["p3"]), SUBJECTS)
    check_names(config("beat", test=["201"], validation=["a/2"]), SUBJECTS)


@pytest.mark.parametrize(
    ("wrong", "key", "there"),
    [
        (config(exclude=["201", "x"]), "dataset.exclude", "201, 202, a/1, a/2"),
        (config(subjects=["x"]), "dataset.subjects", "201, 202, a/1, a/2"),
        (config(test=["x"]), "dataset.split.test", "p1, p2, p3"),
        (config(validation=["x"]), "dataset.split.validation", "p1, p2, p3"),
        (config("beat", test=["x"]), "dataset.split.test", "201, 202, a/1, a/2"),
        (config(test=["x"], exclude=["a/1"]), "dataset.split.test", "p1, p3"),
    ],
)
def test_a_name_that_matches_nothing_is_refused_with_those_there_are(wrong, key, there):
    with pytest.raises(UserError) as caught:
        check_names(wrong, SUBJECTS)
    assert caught.value.where == key
    assert caught.value.rule == f"x not in the data set, which has {there}"


def test_a_subject_of_excluded_records_only_cannot_be_named():
    assert split_units(config(exclude=["201"]), SUBJECTS) == {"p1", "p2", "p3"}
    with pytest.raises(UserError, match="p2 not in the data set"):
        check_names(config(test=["p2"], exclude=["a/1"]), SUBJECTS)


def test_a_million_names_make_one_short_line():
    names = [f"record{i}" for i in range(10**5)]
    with pytest.raises(UserError) as caught:
        check_known("dataset.exclude", [f"x{name}" for name in names], names)
    assert len(str(caught.value)) < 300
    assert "xrecord0" in caught.value.rule
    assert len(str(caught.value).splitlines()) == 1

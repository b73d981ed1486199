"""Subjects stay whole, named ones go where they are named, splits are balanced and repeat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from default_config import dataset_config, split_config
from ecg_anomaly.beats.splits.by_subject import SPLITS, split_beats, summarise_split
from ecg_anomaly.files.errors import UserError

COHORT = {f"p{i:02d}": "N" * (20 + i) + "V" * (i % 5) for i in range(20)}


def dataset(exclude=(), **split):
    return dataset_config(split=split_config(**split), exclude=list(exclude))


def subjects(beats, split):
    return {name: set(beats.subject[split == name].tolist()) for name in (*SPLITS, "")}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    symbols=st.lists(st.text("NSV", min_size=1, max_size=8), min_size=3, max_size=25),
    shared=st.integers(1, 4),
    test=st.floats(0.05, 0.5),
    seed=st.integers(0, 99),
)
def test_no_subject_is_ever_split(make_beats, symbols, shared, test, seed):
    cohort = {f"r{i}": beats for i, beats in enumerate(symbols)}
    beats = make_beats(cohort, records={f"r{i}": f"p{i // shared}" for i in range(len(cohort))})
    config = dataset(test_fraction=test, validation_fraction=0.2, seed=seed)
    n = len(set(beats.subject.tolist()))
    if max(1, round(test * n)) + max(1, round(0.2 * n)) >= n:  # no subject is left to train on
        with pytest.raises(UserError, match=r"train split|validation split"):
            split_beats(beats, config)
        return
    split = split_beats(beats, config)
    assert set(split.tolist()) == set(SPLITS)
    for subject in set(beats.subject.tolist()):
        assert len(set(split[beats.subject == subject].tolist())) == 1


def test_fractions_are_of_subjects_and_beats_are_balanced(make_beats):
    beats = make_beats(COHORT)
    split = split_beats(beats, dataset(test_fraction=0.3, validation_fraction=0.2))
    assert {name: len(found) for name, found in subjects(beats, split).items()} == {
        "train": 10, "validation": 4, "test": 6, "": 0,
    }  # fmt: skip
    for rows in (np.ones(len(beats), bool), beats.anomalous):
        assert (split[rows] == "test").mean() == pytest.approx(0.3, abs=0.06)
        assert (split[rows] == "validation").mean() == pytest.approx(0.2, abs=0.06)


def test_the_same_seed_gives_the_same_splits_and_another_one_others(make_beats):
    beats = make_beats(COHORT)
    first, again, other = (split_beats(beats, dataset(seed=seed)) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_the_order_of_beats_does_not_matter(make_beats):
    beats = make_beats(COHORT)
    order = np.random.default_rng(1).permutation(len(beats))
    shuffled = split_beats(beats.select(order), dataset())
    np.testing.assert_array_equal(shuffled, split_beats(beats, dataset())[order])


def test_named_subjects_are_in_the_split_that_names_them(make_beats):
    beats = make_beats(COHORT)
    config = dataset(test=["p00", "p07"], validation=["p03"])
    found = subjects(beats, split_beats(beats, config))
    assert found["test"] == {"p00", "p07"}
    assert found["validation"] == {"p03"}
    assert len(found["train"]) == 17
    found = subjects(beats, split_beats(beats, dataset(test=["p00"], validation_fraction=0.2)))
    assert found["test"] == {"p00"}
    assert len(found["validation"]) == 4


def test_a_named_subject_takes_all_its_records_along(make_beats):
    beats = make_beats(COHORT, records={"p05": "p04"})
    split = split_beats(beats, dataset(test=["p04"]))
    assert set(split[np.isin(beats.record, ["p04", "p05"])].tolist()) == {"test"}
    with pytest.raises(UserError, match=r"dataset\.split\.test: p05 not in the data set"):
        split_beats(beats, dataset(test=["p05"]))


def test_excluded_records_have_no_split(make_beats):
    beats = make_beats(COHORT)
    split = split_beats(beats, dataset(exclude=["p00", "p01"]))
    assert subjects(beats, split)[""] == {"p00", "p01"}


@pytest.mark.parametrize(
    ("config", "rule"),
    [
        (dataset(test=["nobody"]), r"dataset\.split\.test: nobody not in the data set"),
        (dataset(validation=["x", "w"]), r"dataset\.split\.validation: w, x not in"),
        (dataset(test=["p01"], validation=["p01"]), "p01 in two splits"),
        (dataset(test=["p00"], exclude=["p00"]), "p00 not in the data set"),
        (dataset(exclude=COHORT), "no readable beat is left for the train split"),
        (dataset(test=list(COHORT)), "no readable beat is left for the train split"),
    ],
)
def test_impossible_splits_are_refused_by_key(make_beats, config, rule):
    with pytest.raises(UserError, match=rule):
        split_beats(make_beats(COHORT), config)


def test_the_message_lists_the_subjects_that_there_are(make_beats):
    with pytest.raises(UserError, match=r"nobody not in the data set, which has p00, p01, "):
        split_beats(make_beats(COHORT), dataset(test=["nobody"]))
    config = dataset(unit="beat", test=["nobody"])
    with pytest.raises(UserError, match=r"nobody not in the data set, which has p00, p01, "):
        split_beats(make_beats(COHORT), config)


def test_a_subject_without_beats_may_be_named(make_beats):
    beats, config = make_beats(COHORT), dataset(test=["p00", "q"])
    split = split_beats(beats, config, {"a/1": "q"})
    assert subjects(beats, split)["test"] == {"p00"}
    with pytest.raises(UserError, match="no readable beat is left for the test split"):
        split_beats(beats, dataset(test=["q"]), {"a/1": "q"})


@pytest.mark.parametrize("n_subjects", [0, 1, 2])
def test_too_few_subjects_are_a_users_error(make_beats, n_subjects):
    with pytest.raises(
        UserError, match=r"dataset\.split: no readable beat is left for the \w+ split"
    ):
        split_beats(make_beats(dict(list(COHORT.items())[:n_subjects])), dataset())


def test_a_split_of_unreadable_beats_is_refused(make_beats):
    beats = make_beats(COHORT)
    beats.unreadable[beats.subject == "p00"] = "flat"
    with pytest.raises(UserError, match="no readable beat is left for the test split"):
        split_beats(beats, dataset(test=["p00"]))


def test_by_beat_a_named_record_stays_whole_and_the_rest_is_drawn(make_beats):
    beats = make_beats({"train": "N" * 200 + "V" * 100, "test": "NV" * 50})
    config = dataset(unit="beat", test=["test"], validation_fraction=0.3)
    split = split_beats(beats, config)
    assert set(split[beats.record == "test"].tolist()) == {"test"}
    drawn = split[beats.record == "train"]
    assert (drawn == "validation").sum() == 90
    assert (drawn == "train").sum() == 210


def test_every_split_is_counted_and_excluded_beats_are_not(make_beats):
    beats = make_beats({"a": "NNV", "b": "NS", "c": "F", "d": "Q"})
    beats.unreadable[0] = "flat"
    splits = np.array(["train"] * 3 + ["test"] * 2 + ["test", ""])
    train, validation, test = summarise_split(beats.with_split(splits))
    assert train == {
        "split": "train", "subjects": ["a"], "beats": 2, "unreadable": 1,
        "classes": {"N": 1, "S": 0, "V": 1, "F": 0, "Q": 0},
    }  # fmt: skip
    assert (validation["subjects"], validation["beats"]) == ([], 0)
    assert test["subjects"] == ["b", "c"]
    assert test["classes"] == {"N": 1, "S": 1, "V": 0, "F": 1, "Q": 0}

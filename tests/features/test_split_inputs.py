"""Inputs of each split: the right rows, fitted on training beats alone, synthetic ones behind."""

from dataclasses import fields

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.noisy_copies import cut_noisy_copies
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import BeatDescription, describe_beats
from ecg_anomaly.features.selection import CLIP, FeatureTransform
from ecg_anomaly.features.split_inputs import SplitInputs, assemble_inputs, prepare_splits
from ecg_anomaly.files.array_tables import concatenate_tables

N = 6
FEATURES, PREPROCESS = features_config(history_s=30.0), preprocess_config()
WINDOW = BeatWindow.from_config(PREPROCESS)
SPLIT_OF_RECORD = ("train", "train", "train", "validation", "validation", "test", "test")


@pytest.fixture
def beats() -> BeatSet:
    rows = np.arange(N)
    return BeatSet(
        waveform=np.zeros((N, 4, 1), np.float32),
        record=np.array([f"r{i}" for i in rows]),
        subject=np.array([f"p{i}" for i in rows]),
        sample=rows * 10,
        time_s=rows * 1.0,
        symbol=np.array(list("NNVANN")),
        aami=np.array(["N", "N", "V", "S", "N", ""]),
        unreadable=np.full(N, "", dtype="<U16"),
        quality=np.ones(N, np.float32),
        split=np.full(N, "test"),
        continuous=np.ones(N, bool),
    )


@pytest.fixture
def described() -> BeatDescription:
    values = np.arange(N)[:, None] + np.array([0.0, 0.1, 0.2, 0.3])
    sequence = np.arange(N * 8, dtype=np.float32).reshape(N, 4, 2)
    return BeatDescription(sequence, values, values[:, 0], values[:, 1:])


@pytest.fixture
def transform() -> FeatureTransform:
    return FeatureTransform(("noise",), np.array([0]), np.array([1.0]), np.array([2.0]))


@pytest.fixture(scope="module")
def cut(simulated_records) -> BeatSet:
    """Beats of seven subjects: three to train with, two to validate, two to test."""
    parts = []
    for record, split in zip(simulated_records[3:10], SPLIT_OF_RECORD, strict=True):
        found, _ = cut_beats(record, dataset_config(), PREPROCESS)
        parts.append(found.with_split(np.full(len(found), split)))
    return concatenate_tables(parts)


@pytest.fixture(scope="module")
def whole(cut) -> SplitInputs:
    """Prepare the inputs of `cut`."""
    return prepare_splits(cut, FEATURES, WINDOW)


@pytest.fixture(scope="module")
def inputs_of(whole) -> dict[str, BeatInputs]:
    """Make the inputs of every split of `cut`. Not to be changed."""
    return {split: whole.of(split) for split in ("train", "validation", "test")}


def assert_equal(one: BeatInputs, other: BeatInputs) -> None:
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def test_rows_stay_together(beats, described, transform):
    rows = np.array([False, True, False, True, False, True])
    inputs = assemble_inputs(beats, described, transform, rows)
    assert inputs.record.tolist() == ["r1", "r3", "r5"]
    assert inputs.subject.tolist() == ["p1", "p3", "p5"]
    assert inputs.sample.tolist() == [10, 30, 50]
    assert inputs.aami.tolist() == ["N", "S", ""]
    np.testing.assert_array_equal(inputs.sequence, described.sequence[rows])
    np.testing.assert_allclose(inputs.features, [[0.0], [1.0], [2.0]])


@pytest.mark.parametrize("rows", [np.array([4, 1]), np.zeros(0, int), np.arange(N) == 2])
def test_indices_and_masks_choose_alike_and_beats_count_as_recorded(
    beats, described, transform, rows
):
    inputs = assemble_inputs(beats, described, transform, rows)
    np.testing.assert_array_equal(inputs.record, beats.record[rows])
    np.testing.assert_allclose(inputs.rule, described.rule[rows], rtol=1e-6)
    assert inputs.recorded.all()


def test_each_split_has_its_readable_beats_and_all_but_the_test_split_synthetic_ones(
    cut, whole, inputs_of
):
    for name, inputs in inputs_of.items():
        mine = cut.select((cut.split == name) & cut.readable)
        recorded = inputs.select(inputs.recorded)
        np.testing.assert_array_equal(recorded.record, mine.record)
        np.testing.assert_array_equal(recorded.sample, mine.sample)
        assert inputs.recorded.all() == (name == "test")
        assert set(inputs.record) <= set(mine.record)
        assert inputs.features.shape[1] == len(whole.transform.names)
    assert {row["feature"] for row in whole.report if row["kept"]} == set(whole.transform.names)


@pytest.mark.parametrize("left_out", ["validation", "test"])
def test_a_split_that_is_left_out_changes_nothing_of_the_others(cut, whole, inputs_of, left_out):
    fewer = prepare_splits(cut.select(cut.split != left_out), FEATURES, WINDOW)
    assert whole.transform.names == fewer.transform.names
    np.testing.assert_array_equal(whole.transform.mean, fewer.transform.mean)
    np.testing.assert_array_equal(whole.transform.scale, fewer.transform.scale)
    for name in {"train", "validation", "test"} - {left_out}:
        assert_equal(inputs_of[name], fewer.of(name))


def test_scaling_is_that_of_the_recorded_training_beats(inputs_of):
    inputs = inputs_of["train"]
    features = inputs.features[inputs.recorded]
    unclipped = (np.abs(features) < CLIP).all(axis=0)
    assert unclipped.sum() > 20
    np.testing.assert_allclose(features[:, unclipped].mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(features[:, unclipped].std(axis=0), 1, atol=1e-4)
    assert np.abs(inputs.features[~inputs.recorded].mean(axis=0)).max() > 0.3


def test_beats_that_were_described_before_give_the_same_inputs(cut, inputs_of):
    described, context = describe_beats(cut, FEATURES, WINDOW)
    once = SplitInputs(cut, described, context, FEATURES, WINDOW)
    assert_equal(once.of("train"), inputs_of["train"])


def test_the_same_beats_give_other_synthetic_ones_in_another_split(cut, inputs_of):
    train = inputs_of["train"]
    moved = cut.with_split(np.where(cut.split == "train", "validation", "train"))
    validation = prepare_splits(moved, FEATURES, WINDOW).of("validation")
    recorded = train.recorded.sum()
    np.testing.assert_array_equal(train.sample[:recorded], validation.sample[:recorded])
    assert not np.array_equal(train.sample[recorded:], validation.sample[recorded:])


@pytest.fixture(scope="module")
def copied(simulated_records) -> BeatSet:
    """Noisy copies of the same subjects."""
    split_of = {
        record.name: split
        for record, split in zip(simulated_records[3:10], SPLIT_OF_RECORD, strict=True)
    }
    return cut_noisy_copies(simulated_records[3:10], split_of, dataset_config(), PREPROCESS)


def test_noisy_beats_are_behind_the_others_and_change_nothing_else(cut, inputs_of, copied):
    both = prepare_splits(cut, FEATURES, WINDOW, copied)
    for split, expected in inputs_of.items():
        found = both.of(split)
        noisy = found.synthetic == "noise"
        assert noisy.sum() == (copied.split == split).sum()
        assert not noisy[: len(expected)].any()
        assert not found.recorded[noisy].any()
        for field in fields(BeatInputs):
            mine = getattr(found, field.name)[: len(expected)]
            np.testing.assert_array_equal(mine, getattr(expected, field.name))


def test_what_is_found_in_noise_where_no_beat_is_counts_as_normal(cut, copied):
    unmatched = copied.with_split(copied.split)
    unmatched.symbol[:], unmatched.aami[:] = "", ""
    found = prepare_splits(cut, FEATURES, WINDOW, unmatched).of("train")
    assert set(found.aami[found.synthetic == "noise"]) == {"N"}


def test_without_copies_there_are_no_noisy_beats(cut):
    none = cut.select(np.zeros(0, np.intp))
    assert "noise" not in prepare_splits(cut, FEATURES, WINDOW, none).of("train").synthetic

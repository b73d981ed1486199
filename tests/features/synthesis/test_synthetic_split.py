"""Synthetic beats of a split: behind the recorded ones, of normal ones alone, drawn per split."""

from dataclasses import fields, replace

import numpy as np
import pytest

from default_config import features_config, preprocess_config, synthesis_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.synthesis.synthetic_split import add_synthetic_beats, choose_normal
from ecg_anomaly.network.training.targets import choose_training_beats

WINDOW = BeatWindow.from_config(preprocess_config())
NOTHING = FeatureTransform((), np.zeros(0, int), np.zeros(0), np.ones(0))


def add(split, inputs=None, context=None, number: int = 0, **changes) -> BeatInputs:
    features = features_config(history_s=30.0, synthesis=synthesis_config(**changes))
    inputs = split.inputs if inputs is None else inputs
    context = split.context if context is None else context
    return add_synthetic_beats(inputs, context, split.transform, features, WINDOW, number)


@pytest.fixture(scope="module")
def added(split) -> BeatInputs:
    """Add to the split what is added by default. Not to be changed."""
    return add(split)


def assert_equal(one: BeatInputs, other: BeatInputs) -> None:
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def shaken(split, rows: np.ndarray):
    """Return inputs and context with other numbers in some rows."""
    sequence, features = split.inputs.sequence.copy(), split.inputs.features.copy()
    waveform, recent = split.context.waveform.copy(), split.context.history.recent_p.copy()
    for array in (sequence, features, waveform, recent):
        array[rows] += 7
    inputs = replace(split.inputs, sequence=sequence, features=features)
    history = replace(split.context.history, recent_p=recent)
    return inputs, replace(split.context, waveform=waveform, history=history)


def test_recorded_beats_come_first_and_as_they_were(split, added):
    found = added
    n = len(split.inputs)
    assert_equal(found.select(np.arange(n)), split.inputs)
    assert not found.recorded[n:].any()
    assert set(found.synthetic[n:]) == {"anomaly", "rhythm", "run", "block"}


def test_synthetic_beats_keep_record_and_place_of_a_recorded_beat_of_the_right_kind(split, added):
    found = added
    synthetic = found.select(~found.recorded)
    of = {"N": set(), "other": set()}
    for record, sample, aami in zip(
        split.inputs.record, split.inputs.sample, split.inputs.aami, strict=True
    ):
        of["N" if aami == "N" else "other"].add((record, sample))
    made_of_normal = synthetic.made_of_normal
    for record, sample, normal in zip(
        synthetic.record, synthetic.sample, made_of_normal, strict=True
    ):
        assert (record, sample) in of["N" if normal else "other"]
    assert (made_of_normal == np.isin(synthetic.synthetic, ["anomaly", "rhythm"])).sum() < len(
        synthetic
    )
    assert set(synthetic.aami[synthetic.synthetic == "block"]) > {"N"}
    assert set(synthetic.aami[synthetic.synthetic == "anomaly"]) == {"S", "V", "F"}
    assert set(synthetic.aami[synthetic.synthetic == "rhythm"]) == {"N"}
    assert set(synthetic.aami[synthetic.synthetic == "run"]) <= {"S", "V"}
    np.testing.assert_array_equal(synthetic.record, synthetic.subject)


def test_synthetic_beats_are_described_like_recorded_ones(split, added):
    features = features_config(history_s=30.0)
    again = describe(split.context, features.channels, WINDOW)
    np.testing.assert_array_equal(again.sequence, split.inputs.sequence)
    np.testing.assert_array_equal(split.transform.apply(again.values), split.inputs.features)
    found = added
    for name in ("sequence", "features", "rule"):
        value = getattr(found, name)
        assert np.isfinite(value).all()
        assert value.dtype == np.float32


def test_abnormal_beats_teach_a_contrast_nothing(split, added):
    inputs, context = shaken(split, split.inputs.anomalous)
    one = choose_training_beats(added, "lstm_contrast")
    changed = add(split, inputs, context)
    other = choose_training_beats(changed, "lstm_contrast")
    assert_equal(one.inputs, other.inputs)
    assert not np.array_equal(added.sequence, changed.sequence)


def test_without_its_abnormal_beats_a_split_teaches_a_contrast_the_same(split, added):
    rows = split.inputs.aami == "N"
    alone = add(split, split.inputs.select(rows), split.context.select(rows))
    one = choose_training_beats(added, "lstm_contrast")
    other = choose_training_beats(alone, "lstm_contrast")
    assert_equal(one.inputs, other.inputs)


def test_normal_beats_do_teach_it(split, added):
    inputs, context = shaken(split, split.inputs.aami == "N")
    one, other = (
        choose_training_beats(synthetic, "lstm_contrast").inputs.select(np.s_[-100:])
        for synthetic in (added, add(split, inputs, context))
    )
    assert not np.array_equal(one.sequence, other.sequence)


def test_splits_and_seeds_draw_apart_and_repeat_themselves(split, added):
    one, same, split_two, seed_two = (
        added, add(split), add(split, number=1), add(split, seed=1),
    )  # fmt: skip
    assert_equal(one, same)
    for other in (split_two, seed_two):
        assert not np.array_equal(one.sample[-50:], other.sample[-50:]) or not np.array_equal(
            one.sequence[-50:], other.sequence[-50:]
        )


@pytest.mark.parametrize("most", [1, 7])
def test_each_record_gives_its_share(split, most):
    found = add(split, beats_per_record=most)
    names, counts = np.unique(found.record[found.synthetic == "anomaly"], return_counts=True)
    assert set(names) == set(split.inputs.record)
    assert set(counts) == {most}


def test_few_normal_beats_are_all_chosen_again_in_random_order_and_no_others(make_inputs):
    inputs = make_inputs(200, aami="NNNV")
    rows = choose_normal(inputs, 1000, np.random.default_rng(0))
    chosen, times = np.unique(rows, return_counts=True)
    np.testing.assert_array_equal(chosen, np.flatnonzero(inputs.aami == "N"))
    for record in np.unique(inputs.record[chosen]):
        mine = times[inputs.record[chosen] == record]
        assert mine.sum() == 1000
        assert mine.max() - mine.min() <= 1
    assert not np.array_equal(rows, np.sort(rows))
    inputs.synthetic[:100] = "anomaly"
    assert choose_normal(inputs, 1000, np.random.default_rng(0)).min() >= 100


def test_without_labels_every_recorded_beat_is_altered_and_none_is_put_in_a_run(split):
    aami = np.full(len(split.inputs), "", dtype="<U1")
    found = add(split, replace(split.inputs, aami=aami), beats_per_record=400)
    assert set(zip(found.record, found.sample, strict=True)) == set(
        zip(
            *(getattr(found.select(found.synthetic == "anomaly"), k) for k in ("record", "sample")),
            strict=True,
        )
    )
    assert "run" not in found.synthetic
    chosen = choose_training_beats(found, "lstm_contrast")
    assert len(chosen.inputs) == len(found)
    normal = chosen.inputs.recorded | np.isin(chosen.inputs.synthetic, ["rhythm", "block"])
    np.testing.assert_array_equal(chosen.one_hot[:, 0] == 1, normal)


def test_where_nothing_is_to_be_made_of_a_kind_the_others_are(split):
    none = dict.fromkeys(("rate_change", "pause", "fibrillation", "run", "sustained", "block"), 0.0)
    found = add(split, **none)
    assert set(found.synthetic) == {"", "anomaly"}


@pytest.mark.parametrize("aami", ["V", "SV"])
def test_a_split_without_normal_beats_stays_as_it_was(make_inputs, aami):
    inputs = make_inputs(aami=aami)
    features = features_config()
    assert add_synthetic_beats(inputs, None, NOTHING, features, WINDOW, 0) is inputs


def test_beats_that_came_cut_out_are_distorted(make_inputs):
    inputs = make_inputs(80, aami="NNNV", n_features=0)
    features = features_config(synthesis=synthesis_config(beats_per_record=25))
    found = add_synthetic_beats(inputs, None, NOTHING, features, WINDOW, 0)
    assert_equal(found.select(np.arange(80)), inputs)
    synthetic = found.select(np.arange(80, len(found)))
    assert set(synthetic.synthetic) == {"anomaly"}
    assert set(synthetic.aami) == {"V"}
    assert len(synthetic) == 25 * len(set(inputs.record[inputs.aami == "N"]))
    normal = dict(zip(inputs.sample, inputs.sequence, strict=True))
    assert set(synthetic.sample) == set(inputs.sample[inputs.aami == "N"])
    for sample, sequence in zip(synthetic.sample, synthetic.sequence, strict=True):
        assert not np.array_equal(sequence, normal[sample])

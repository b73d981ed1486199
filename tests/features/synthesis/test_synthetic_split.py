"""What is made for a side: behind the recorded beats, of normal ones alone, apart per side."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig, SynthesisConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.synthesis.synthetic_split import add_made_beats, choose_normal
from ecg_anomaly.network.training.targets import choose_training_beats

PREPROCESS = PreprocessConfig()
NOTHING = FeatureTransform((), np.zeros(0, int), np.zeros(0), np.ones(0))


def add(side, inputs=None, context=None, number: int = 0, **changes) -> BeatInputs:
    features = FeaturesConfig(history_s=30.0, synthesis=SynthesisConfig(**changes))
    inputs = side.inputs if inputs is None else inputs
    context = side.context if context is None else context
    return add_made_beats(inputs, context, side.transform, features, PREPROCESS, number)


def assert_equal(one: BeatInputs, other: BeatInputs) -> None:
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))


def shaken(side, rows: np.ndarray):
    """Return inputs and context with other numbers in some rows."""
    sequence, features = side.inputs.sequence.copy(), side.inputs.features.copy()
    waveform, usual = side.context.waveform.copy(), side.context.history.usual_p.copy()
    for array in (sequence, features, waveform, usual):
        array[rows] += 7
    inputs = replace(side.inputs, sequence=sequence, features=features)
    history = replace(side.context.history, usual_p=usual)
    return inputs, replace(side.context, waveform=waveform, history=history)


def test_recorded_beats_come_first_and_as_they_were(side):
    found = add(side)
    n = len(side.inputs)
    assert_equal(found.select(np.arange(n)), side.inputs)
    assert not found.recorded[n:].any()
    assert set(found.made[n:]) == {"anomaly", "rhythm", "run"}


def test_what_is_made_keeps_record_and_place_of_a_recorded_beat_of_the_right_kind(side):
    found = add(side)
    made = found.select(~found.recorded)
    of = {"N": set(), "other": set()}
    for record, sample, aami in zip(
        side.inputs.record, side.inputs.sample, side.inputs.aami, strict=True
    ):
        of["N" if aami == "N" else "other"].add((record, sample))
    for record, sample, kind in zip(made.record, made.sample, made.made, strict=True):
        assert (record, sample) in of["other" if kind == "run" else "N"]
    assert set(made.aami[made.made == "anomaly"]) == {"S", "V", "F"}
    assert set(made.aami[made.made == "rhythm"]) == {"N"}
    assert set(made.aami[made.made == "run"]) <= {"S", "V"}
    np.testing.assert_array_equal(made.record, made.subject)


def test_made_beats_are_described_like_recorded_ones(side):
    features = FeaturesConfig(history_s=30.0)
    again = describe(side.context, features, PREPROCESS)
    np.testing.assert_array_equal(again.sequence, side.inputs.sequence)
    np.testing.assert_array_equal(side.transform.apply(again.values), side.inputs.features)
    found = add(side)
    for name in ("sequence", "features", "rule"):
        value = getattr(found, name)
        assert np.isfinite(value).all()
        assert value.dtype == np.float32


def test_abnormal_beats_teach_a_contrast_nothing(side):
    inputs, context = shaken(side, side.inputs.anomalous)
    one = choose_training_beats(add(side), "lstm_contrast")
    other = choose_training_beats(add(side, inputs, context), "lstm_contrast")
    assert_equal(one.inputs, other.inputs)
    assert not np.array_equal(add(side).sequence, add(side, inputs, context).sequence)


def test_without_its_abnormal_beats_a_side_teaches_a_contrast_the_same(side):
    rows = side.inputs.aami == "N"
    alone = add(side, side.inputs.select(rows), side.context.select(rows))
    one = choose_training_beats(add(side), "lstm_contrast")
    other = choose_training_beats(alone, "lstm_contrast")
    assert_equal(one.inputs, other.inputs)


def test_normal_beats_do_teach_it(side):
    inputs, context = shaken(side, side.inputs.aami == "N")
    one, other = (
        choose_training_beats(made, "lstm_contrast").inputs.select(np.s_[-100:])
        for made in (add(side), add(side, inputs, context))
    )
    assert not np.array_equal(one.sequence, other.sequence)


def test_sides_and_seeds_draw_apart_and_repeat_themselves(side):
    one, same, side_two, seed_two = (
        add(side), add(side), add(side, number=1), add(side, seed=1),
    )  # fmt: skip
    assert_equal(one, same)
    for other in (side_two, seed_two):
        assert not np.array_equal(one.sample[-50:], other.sample[-50:]) or not np.array_equal(
            one.sequence[-50:], other.sequence[-50:]
        )


@pytest.mark.parametrize("most", [1, 7])
def test_each_record_gives_its_share(side, most):
    found = add(side, beats_per_record=most)
    names, counts = np.unique(found.record[found.made == "anomaly"], return_counts=True)
    assert set(names) == set(side.inputs.record)
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
    inputs.made[:100] = "anomaly"
    assert choose_normal(inputs, 1000, np.random.default_rng(0)).min() >= 100


def test_without_labels_every_recorded_beat_is_altered_and_none_is_put_in_a_run(side):
    aami = np.full(len(side.inputs), "", dtype="<U1")
    found = add(side, replace(side.inputs, aami=aami), beats_per_record=400)
    assert set(zip(found.record, found.sample, strict=True)) == set(
        zip(
            *(getattr(found.select(found.made == "anomaly"), k) for k in ("record", "sample")),
            strict=True,
        )
    )
    assert "run" not in found.made
    chosen = choose_training_beats(found, "lstm_contrast")
    assert len(chosen.inputs) == len(found)
    normal = chosen.inputs.recorded | (chosen.inputs.made == "rhythm")
    np.testing.assert_array_equal(chosen.one_hot[:, 0] == 1, normal)


def test_where_nothing_is_to_be_made_of_a_kind_the_others_are(side):
    found = add(side, rate_change=0.0, pause=0.0, fibrillation=0.0, run=0.0)
    assert set(found.made) == {"", "anomaly"}


@pytest.mark.parametrize("aami", ["V", "SV"])
def test_a_side_without_normal_beats_stays_as_it_was(make_inputs, aami):
    inputs = make_inputs(aami=aami)
    features = FeaturesConfig()
    assert add_made_beats(inputs, None, NOTHING, features, PREPROCESS, 0) is inputs


def test_beats_that_came_cut_out_are_distorted(make_inputs):
    inputs = make_inputs(80, aami="NNNV", n_features=0)
    features = FeaturesConfig(synthesis=SynthesisConfig(beats_per_record=25))
    found = add_made_beats(inputs, None, NOTHING, features, PREPROCESS, 0)
    assert_equal(found.select(np.arange(80)), inputs)
    made = found.select(np.arange(80, len(found)))
    assert set(made.made) == {"anomaly"}
    assert set(made.aami) == {"V"}
    assert len(made) == 25 * len(set(inputs.record[inputs.aami == "N"]))
    normal = dict(zip(inputs.sample, inputs.sequence, strict=True))
    assert set(made.sample) == set(inputs.sample[inputs.aami == "N"])
    for sample, sequence in zip(made.sample, made.sequence, strict=True):
        assert not np.array_equal(sequence, normal[sample])

"""One trial: it learns, repeats itself, judges every epoch, and never opens the test side."""

import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from optuna.exceptions import TrialPruned
from prepared_folder import VALIDATION, prepare_folder, prepared_config

from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig, TrainingConfig
from ecg_anomaly.config.search_schema import AxisConfig, SearchConfig, SearchRunConfig
from ecg_anomaly.features.beat_inputs import write_inputs
from ecg_anomaly.features.selection import FeatureTransform, write_transform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.configuring import configure
from ecg_anomaly.search.objective_value import value_of_trial
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.sweep_beats import (
    SweepBeats,
    digest_beats,
    digest_features,
    open_beats,
    read_sweep_beats,
)
from ecg_anomaly.search.trials import OBJECTIVE

WINDOWS = {
    "preprocess": {"window_before_s": AxisConfig(choices=[0.25, 0.35])},
    "features": {"channels": AxisConfig(choices=[["signal"], ["signal", "template_difference"]])},
}
NETWORKS = {
    "model": {"kind": AxisConfig(choices=["lstm_contrast", "lstm_autoencoder", "lstm_classifier"])}
}
KINDS = ("lstm_contrast", "lstm_autoencoder", "lstm_classifier")
TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))


@pytest.fixture
def beats(make_inputs):
    """Give beats with labels, a few of them made from normal ones."""
    inputs = make_inputs(160)
    synthetic = np.where(inputs.anomalous & (np.arange(160) % 8 == 3), "anomaly", "").astype("<U8")
    return SweepBeats(replace(inputs, synthetic=synthetic), make_inputs(60, seed=1), TRANSFORM)


def config_of(kind="lstm_contrast", epochs=3, **changes):
    model = ModelConfig(kind=kind, units=6, latent_size=4, bidirectional=False, **changes)
    training = TrainingConfig(epochs=epochs, batch_size=8, learning_rate=0.03, seed=5)
    return PipelineConfig(model=model, training=training)


def run(beats, config):
    """Train one trial; return its value and every epoch."""
    from ecg_anomaly.search.objective import train_trial

    epochs = []
    return train_trial(beats, config, epochs.append), epochs


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_learns_and_is_judged_after_every_epoch(beats, kind):
    value, epochs = run(beats, config_of(kind))
    curve = [metrics[OBJECTIVE] for metrics in epochs]
    assert len(epochs) == 3
    assert {"loss", "validation_loss", "learning_rate"} <= epochs[0].keys()
    assert value == value_of_trial(curve)
    assert value > 0.9


def test_two_trainings_of_one_trial_are_equal_whatever_was_trained_before(beats):
    first = run(beats, config_of(epochs=1))
    run(beats, config_of("lstm_autoencoder", epochs=1))
    assert run(beats, config_of(epochs=1)) == first
    other = config_of(epochs=1)
    assert run(beats, replace(other, training=replace(other.training, seed=6))) != first


def test_what_the_report_raises_ends_the_training(beats):
    from ecg_anomaly.search.objective import train_trial

    seen = []

    def report(metrics):
        seen.append(metrics)
        raise TrialPruned

    with pytest.raises(TrialPruned):
        train_trial(beats, config_of(), report)
    assert len(seen) == 1


def test_a_network_that_does_not_fit_is_refused(beats):
    with pytest.raises(UserError, match=r"model\.samples_per_step"):
        run(beats, config_of(samples_per_step=5))


def test_abnormal_recorded_beats_teach_the_contrast_nothing(beats):
    hidden = beats.train.recorded & beats.train.anomalous
    sequence = beats.train.sequence.copy()
    sequence[hidden] = 40.0
    other = replace(beats, train=replace(beats.train, sequence=sequence))
    assert run(beats, config_of(epochs=1)) == run(other, config_of(epochs=1))


@pytest.fixture
def features(beats, make_inputs, tmp_path):
    """Write a folder as `dvc repro features` leaves it."""
    write_inputs(tmp_path / "train.npz", beats.train)
    write_inputs(tmp_path / "validation.npz", beats.judged)
    write_inputs(tmp_path / "test.npz", make_inputs(40, seed=2))
    write_transform(tmp_path / "transform.json", TRANSFORM)
    return tmp_path


opened: list[str] = []
watching = False


def watch(event, arguments):
    if watching and event == "open":
        opened.append(str(arguments[0]))


def test_a_trial_never_opens_the_test_side(features, monkeypatch):
    sys.addaudithook(watch)  # for good: a hook cannot be taken away
    module = sys.modules[__name__]
    opened.clear()
    monkeypatch.setattr(module, "watching", True)
    digest_features(features)
    run(read_sweep_beats(features, SearchRunConfig()), config_of(epochs=1))
    monkeypatch.setattr(module, "watching", False)
    names = {path.rpartition("/")[2] for path in opened if str(features) in path}
    assert names == {"train.npz", "validation.npz", "transform.json"}
    assert not any("test" in name for name in names)


def test_a_trial_with_another_window_opens_records_of_the_other_two_sides_alone(
    tmp_path, monkeypatch
):
    config = prepared_config(search=SearchConfig(space=WINDOWS))
    data, axes = prepare_folder(tmp_path / "data"), read_space(config.search)
    members, real = [], zipfile.ZipFile.open

    def opening(archive, name, *given, **more):
        if str(archive.fp.name).endswith("records.npz"):
            members.append(getattr(name, "filename", name))
        return real(archive, name, *given, **more)

    monkeypatch.setattr(zipfile.ZipFile, "open", opening)
    sys.addaudithook(watch)
    module = sys.modules[__name__]
    opened.clear()
    monkeypatch.setattr(module, "watching", True)
    digest_beats(data, config, axes)
    small = config_of(epochs=1, samples_per_step=6)
    trial = configure(
        replace(config, model=small.model, training=small.training),
        {"preprocess.window_before_s": 0.25, "features.channels": "signal"},
    )
    value, _ = run(open_beats(data, config, axes)(trial), trial)
    monkeypatch.setattr(module, "watching", False)
    assert 0 < value <= 1
    names = {path.rpartition("/")[2] for path in opened if str(data) in path}
    assert names == {"train.npz", "validation.npz", "records.json", "records.npz"}
    subjects = {"s01", "s02", *VALIDATION}
    assert set(members) == {
        f"{name}.{part}.npy" for name in subjects for part in ("signal", "sample", "symbol")
    }
    again, _ = run(open_beats(data, config, axes)(trial), trial)
    assert again == value


def test_networks_with_and_without_labels_can_be_tried_in_one_study(beats):
    config = SearchRunConfig(search=SearchConfig(space=NETWORKS))
    (axis,) = read_space(config.search)
    small = replace(config, model=config_of().model, training=config_of(epochs=2).training)
    values = [run(beats, configure(small, {axis.name: kind}))[0] for kind in axis.choices]
    assert len(set(values)) == len(KINDS)
    assert min(values) > 0.5


def test_the_digest_knows_every_file_that_is_read(features):
    before = digest_features(features)
    (features / "test.npz").unlink()
    assert digest_features(features) == before
    for name in ("train.npz", "validation.npz", "transform.json"):
        content = (features / name).read_bytes()
        (features / name).write_bytes(content + b" ")
        assert digest_features(features) != before
        (features / name).write_bytes(content)
    (features / "train.npz").unlink()
    with pytest.raises(UserError, match="dvc repro features"):
        digest_features(features)

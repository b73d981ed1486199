"""The beats of a trial: what the stages make, of the same subjects, and none of a test subject."""

import shutil
import sys
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from prepared_folder import TEST, VALIDATION, prepare_folder, prepared_config
from small_training import TRANSFORM, config_of, run, small_beats

from default_config import search_config, split_config
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.features.beat_inputs import BeatInputs, read_inputs, write_inputs
from ecg_anomaly.features.selection import read_transform, write_transform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search import trial_beats
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.trial_beats import (
    FreshBeats,
    digest_beats,
    digest_features,
    open_beats,
    read_splits,
    read_trial_beats,
)
from ecg_anomaly.search.trials import configure

WINDOWS = {
    "preprocess": {"window_before_s": ParameterConfig(choices=[0.25, 0.35])},
    "features": {
        "channels": ParameterConfig(choices=[["signal"], ["signal", "template_difference"]])
    },
}
SPACE = {"preprocess": {"window_before_s": ParameterConfig(choices=[0.25, 0.35])}}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return prepare_folder(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def data(prepared, tmp_path):
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def config():
    return prepared_config(search=search_config(space=SPACE))


def make(data, config):
    return FreshBeats.of_folder(data, config.dataset).make(config.preprocess, config.features)


def with_window(config, before_s, after_s=0.45):
    window = {"window_before_s": before_s, "window_after_s": after_s}
    return replace(config, preprocess=replace(config.preprocess, **window))


def assert_equal(one, two):
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name))


def test_the_configured_window_gives_what_the_stages_wrote(data, config):
    synthetic = make(data, config)
    for split in ("train", "validation"):
        assert_equal(getattr(synthetic, split), read_inputs(data / f"features/{split}.npz"))
    written = read_transform(data / "features/transform.json")
    assert synthetic.transform.names == written.names
    np.testing.assert_array_equal(synthetic.transform.mean, written.mean)


def test_another_window_is_cut_and_other_channels_are_laid_side_by_side(data, config):
    changed = with_window(config, 0.25, 0.55)
    changed = replace(changed, features=replace(config.features, channels=["signal"]))
    usual, synthetic = make(data, config), make(data, changed)
    assert synthetic.train.sequence.shape[1:] == (96, 2)
    # The R peak stands 0.25 s from the start, and there both windows see the same samples.
    recorded = usual.train.recorded
    np.testing.assert_allclose(
        synthetic.train.sequence[synthetic.train.recorded][5:-5, 20:40],
        usual.train.sequence[recorded][5:-5, 32:52, :2],
        atol=0.2,
    )


def test_the_last_ones_are_kept_and_no_more(data, config, monkeypatch):
    cut, described = [], []
    real_cut, real_splits = trial_beats.cut_cohort, trial_beats.prepare_splits
    monkeypatch.setattr(
        trial_beats, "cut_cohort", lambda *given: cut.append(given) or real_cut(*given)
    )
    monkeypatch.setattr(
        trial_beats, "prepare_splits", lambda *given: described.append(given) or real_splits(*given)
    )
    fresh = FreshBeats.of_folder(data, config.dataset)
    narrow, wide = (with_window(config, before).preprocess for before in (0.25, 0.45))
    longer = replace(config.features, history_s=30.0)
    for _ in range(2):
        fresh.make(config.preprocess, config.features)
    fresh.make(config.preprocess, longer)
    assert (len(cut), len(described)) == (1, 2)
    fresh.make(narrow, config.features)
    fresh.make(wide, config.features)
    fresh.make(config.preprocess, config.features)
    assert (len(cut), len(described)) == (4, 5)


def test_no_sample_of_a_test_subject_is_read(data, config):
    before = make(data, config)
    path = data / "records/records.npz"
    with zipfile.ZipFile(path) as archive:
        spoilt = [m for m in archive.infolist() if m.filename.split(".")[0] in TEST]
    content = bytearray(path.read_bytes())
    for member in spoilt:
        start = member.header_offset + 200
        content[start : start + 50] = b"x" * 50
    path.write_bytes(content)
    (data / "features/test.npz").unlink()
    after = make(data, config)
    assert len(spoilt) == 6
    assert_equal(before.train, after.train)
    assert_equal(before.validation, after.validation)
    with pytest.raises(UserError, match="not a readable archive"):
        list(trial_beats.RecordArchive(data / "records"))


def test_splits_are_those_of_the_features_and_the_test_subjects_are_on_none(data):
    assert read_splits(data / "features") == {
        "s01": "train", "s02": "train", "s03": "validation", "s04": "validation",
    }  # fmt: skip


def test_the_digest_knows_what_is_read_and_nothing_of_the_test_subjects(data, config):
    parameters = read_space(config)
    before = digest_beats(data, config, parameters)
    records = list(trial_beats.RecordArchive(data / "records"))
    for name, same in ((TEST[0], True), ("s03", False)):
        changed = [
            replace(r, signal=r.signal[::-1]) if r.name == name else r for r in records
        ]  # fmt: skip
        shutil.rmtree(data / "records")
        write_again(changed, data / "records")
        assert (digest_beats(data, config, parameters) == before) is same


def write_again(records, folder):
    from ecg_anomaly.records.record_archive import write_records

    write_records(records, folder)


def test_a_step_that_does_not_divide_the_window_is_refused_before_anything_is_cut(
    data, config, monkeypatch
):
    beats_of = open_beats(data, config, read_space(config))
    monkeypatch.setattr(trial_beats, "cut_cohort", None)
    with pytest.raises(UserError, match=r"model\.samples_per_step: 12 does not divide"):
        beats_of(with_window(config, 0.36))


def test_beats_that_came_cut_out_cannot_be_cut_anew(data, config):
    config.dataset.split = split_config(unit="beat")
    parameters = read_space(config)
    for enter in (digest_beats, open_beats):
        with pytest.raises(UserError, match=r"search\.space: beats of simulated are split one by"):
            enter(data, config, parameters)


def test_records_that_are_not_there_are_named(data, config):
    shutil.rmtree(data / "records")
    with pytest.raises(UserError, match=r"records\.json: no such file; run `dvc repro`"):
        digest_beats(data, config, read_space(config))


def test_a_space_of_networks_reads_no_record(data, config):
    shutil.rmtree(data / "records")
    config.search.space = {"model": {"units": ParameterConfig("int", 4, 8)}}
    parameters = read_space(config)
    beats_of = open_beats(data, config, parameters)
    assert beats_of(config) is beats_of(with_window(config, 0.25))
    assert digest_beats(data, config, parameters)


@pytest.fixture
def features(make_inputs, tmp_path):
    """Write a folder as `dvc repro features` leaves it."""
    beats = small_beats(make_inputs)
    write_inputs(tmp_path / "train.npz", beats.train)
    write_inputs(tmp_path / "validation.npz", beats.evaluated)
    write_inputs(tmp_path / "test.npz", make_inputs(40, seed=2))
    write_transform(tmp_path / "transform.json", TRANSFORM)
    return tmp_path


opened: list[str] = []
watching = False


def watch(event, arguments):
    if watching and event == "open":
        opened.append(str(arguments[0]))


def test_a_trial_never_opens_the_test_split(features, monkeypatch):
    sys.addaudithook(watch)  # for good: a hook cannot be taken away
    module = sys.modules[__name__]
    opened.clear()
    monkeypatch.setattr(module, "watching", True)
    digest_features(features)
    run(read_trial_beats(features, "labelled"), config_of(epochs=1))
    monkeypatch.setattr(module, "watching", False)
    names = {path.rpartition("/")[2] for path in opened if str(features) in path}
    assert names == {"train.npz", "validation.npz", "transform.json"}
    assert not any("test" in name for name in names)


def test_a_trial_with_another_window_opens_records_of_the_other_two_splits_alone(data, monkeypatch):
    config = prepared_config(search=search_config(space=WINDOWS))
    parameters = read_space(config)
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
    digest_beats(data, config, parameters)
    small = config_of(epochs=1, samples_per_step=6)
    trial = configure(
        replace(config, model=small.model, training=small.training),
        {"preprocess.window_before_s": 0.25, "features.channels": "signal"},
    )
    value, _ = run(open_beats(data, config, parameters)(trial), trial)
    monkeypatch.setattr(module, "watching", False)
    assert 0 < value <= 1
    names = {path.rpartition("/")[2] for path in opened if str(data) in path}
    assert names == {"train.npz", "validation.npz", "records.json", "records.npz"}
    subjects = {"s01", "s02", *VALIDATION}
    assert set(members) == {
        f"{name}.{part}.npy" for name in subjects for part in ("signal", "sample", "symbol")
    }
    again, _ = run(open_beats(data, config, parameters)(trial), trial)
    assert again == value


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

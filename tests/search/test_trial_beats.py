"""The beats of a trial: those of the stages or made anew, and never a file of a test subject."""

import shutil
import sys
import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from prepared_folder import TEST, VALIDATION, prepared_config, with_window
from small_training import TRANSFORM, config_of, run, small_beats

from default_config import search_config, split_config
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.features.selection import write_transform
from ecg_anomaly.files.array_tables import write_array_table
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record_archive import RecordArchive, write_records
from ecg_anomaly.search import fresh_beats
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.trial_beats import (
    digest_beats,
    digest_features,
    open_beats,
    read_trial_beats,
)
from ecg_anomaly.search.trials import configure

WINDOWS = {
    "preprocess": {"window_before_s": ParameterConfig(choices=[0.25, 0.35])},
    "features": {
        "channels": ParameterConfig(choices=[["signal"], ["signal", "template_difference"]])
    },
}


def test_the_digest_knows_what_is_read_and_nothing_of_the_test_subjects(data, config):
    parameters = read_space(config)
    before = digest_beats(data, config, parameters)
    records = list(RecordArchive(data / "records"))
    for name, same in ((TEST[0], True), ("s03", False)):
        changed = [
            replace(r, signal=r.signal[::-1]) if r.name == name else r for r in records
        ]  # fmt: skip
        shutil.rmtree(data / "records")
        write_records(changed, data / "records")
        assert (digest_beats(data, config, parameters) == before) is same


def test_a_step_that_does_not_divide_the_window_is_refused_before_anything_is_cut(
    data, config, monkeypatch
):
    beats_of = open_beats(data, config, read_space(config))
    monkeypatch.setattr(fresh_beats, "cut_cohort", None)
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
    write_array_table(tmp_path / "train.npz", beats.train)
    write_array_table(tmp_path / "validation.npz", beats.evaluated)
    write_array_table(tmp_path / "test.npz", make_inputs(40, seed=2))
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
    beats = open_beats(data, config, parameters)(trial)
    value, _ = run(beats, trial)
    monkeypatch.setattr(module, "watching", False)
    assert 0 < value <= 1
    names = {path.rpartition("/")[2] for path in opened if str(data) in path}
    assert names == {"train.npz", "validation.npz", "records.json", "records.npz"}
    subjects = {"s01", "s02", *VALIDATION}
    assert set(members) == {
        f"{name}.{part}.npy" for name in subjects for part in ("signal", "sample", "symbol")
    }
    again = open_beats(data, config, parameters)(trial)
    for split in ("train", "evaluated"):  # and equal beats give equal trials, see test_objective
        first, second = getattr(beats, split), getattr(again, split)
        for field in fields(first):
            np.testing.assert_array_equal(getattr(first, field.name), getattr(second, field.name))


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

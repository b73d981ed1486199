"""Beats made for a trial: what the stages make, of the same people, and no test person's."""

import shutil
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from prepared_folder import TEST, prepare_folder, prepared_config

from ecg_anomaly.config.pipeline_schema import SplitConfig
from ecg_anomaly.config.search_schema import AxisConfig, SearchConfig
from ecg_anomaly.features.beat_inputs import BeatInputs, read_inputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search import fresh_beats
from ecg_anomaly.search.fresh_beats import FreshBeats, read_splits
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.sweep_beats import digest_beats, open_beats

SPACE = {"preprocess": {"window_before_s": AxisConfig(choices=[0.25, 0.35])}}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    return prepare_folder(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def data(prepared, tmp_path):
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def config():
    return prepared_config(search=SearchConfig(space=SPACE))


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
    for side in ("train", "validation"):
        assert_equal(getattr(synthetic, side), read_inputs(data / f"features/{side}.npz"))
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
    real_cut, real_splits = fresh_beats.cut_cohort, fresh_beats.SplitInputs
    monkeypatch.setattr(
        fresh_beats, "cut_cohort", lambda *given: cut.append(given) or real_cut(*given)
    )
    monkeypatch.setattr(
        fresh_beats, "SplitInputs", lambda *given: described.append(given) or real_splits(*given)
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


def test_no_sample_of_a_test_person_is_read(data, config):
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
        list(fresh_beats.RecordArchive(data / "records"))


def test_sides_are_those_of_the_features_and_the_test_people_are_on_none(data):
    assert read_splits(data / "features") == {
        "s01": "train", "s02": "train", "s03": "validation", "s04": "validation",
    }  # fmt: skip


def test_the_digest_knows_what_is_read_and_nothing_of_the_test_people(data, config):
    axes = read_space(config.search)
    before = digest_beats(data, config, axes)
    records = list(fresh_beats.RecordArchive(data / "records"))
    for name, same in ((TEST[0], True), ("s03", False)):
        changed = [
            replace(r, signal=r.signal[::-1]) if r.name == name else r for r in records
        ]  # fmt: skip
        shutil.rmtree(data / "records")
        write_again(changed, data / "records")
        assert (digest_beats(data, config, axes) == before) is same


def write_again(records, folder):
    from ecg_anomaly.records.record_archive import write_records

    write_records(records, folder)


def test_a_step_that_does_not_divide_the_window_is_refused_before_anything_is_cut(
    data, config, monkeypatch
):
    beats_of = open_beats(data, config, read_space(config.search))
    monkeypatch.setattr(fresh_beats, "cut_cohort", None)
    with pytest.raises(UserError, match=r"model\.samples_per_step: 4 does not divide"):
        beats_of(with_window(config, 0.36))


def test_beats_that_came_cut_out_cannot_be_cut_anew(data, config):
    config.dataset.split = SplitConfig(unit="beat")
    axes = read_space(config.search)
    for enter in (digest_beats, open_beats):
        with pytest.raises(UserError, match=r"search\.space: beats of simulated are split one by"):
            enter(data, config, axes)


def test_records_that_are_not_there_are_named(data, config):
    shutil.rmtree(data / "records")
    with pytest.raises(UserError, match=r"records\.json: no such file; run `dvc repro`"):
        digest_beats(data, config, read_space(config.search))


def test_a_space_of_networks_reads_no_record(data, config):
    shutil.rmtree(data / "records")
    config.search.space = {"model": {"units": AxisConfig("int", 4, 8)}}
    axes = read_space(config.search)
    beats_of = open_beats(data, config, axes)
    assert beats_of(config) is beats_of(with_window(config, 0.25))
    assert digest_beats(data, config, axes)

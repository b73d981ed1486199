"""Beats made anew are what the stages make, of the same subjects, and none of a test subject."""

import zipfile
from dataclasses import fields, replace

import numpy as np
import pytest
from prepared_folder import TEST, with_window

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record_archive import RecordArchive
from ecg_anomaly.search import fresh_beats
from ecg_anomaly.search.fresh_beats import FreshBeats, read_splits


def make(data, config):
    return FreshBeats.of_folder(data, config.dataset).make(config.preprocess, config.features)


def assert_equal(one, two):
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name))


def test_the_configured_window_gives_what_the_stages_wrote(data, config):
    synthetic = make(data, config)
    for split in ("train", "validation"):
        assert_equal(
            getattr(synthetic, split), read_array_table(data / f"features/{split}.npz", BeatInputs)
        )
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
    real_cut, real_splits = fresh_beats.cut_cohort, fresh_beats.prepare_splits
    monkeypatch.setattr(
        fresh_beats, "cut_cohort", lambda *given: cut.append(given) or real_cut(*given)
    )
    monkeypatch.setattr(
        fresh_beats, "prepare_splits", lambda *given: described.append(given) or real_splits(*given)
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
        list(RecordArchive(data / "records"))


def test_splits_are_those_of_the_features_and_the_test_subjects_are_on_none(data):
    assert read_splits(data / "features") == {
        "s01": "train", "s02": "train", "s03": "validation", "s04": "validation",
    }  # fmt: skip

"""The stage `features` run on a few beats: what it writes, what it prints, what it refuses."""

import shutil
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from omegaconf import OmegaConf

from default_config import dataset_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.hydra_entry import to_dataclass
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import name_features
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.features.split_inputs import prepare_splits
from ecg_anomaly.files.array_tables import concatenate_tables, read_array_table, write_array_table
from ecg_anomaly.files.data_files import read_json
from forked_scripts import run_script
from pipeline_copy import ROOT, Result

SPLIT_OF_RECORD = ("train", "train", "validation", "test")
FEW = 30


@pytest.fixture(scope="module")
def beats(simulated_records) -> BeatSet:
    parts = []
    for record, split in zip(simulated_records[3:7], SPLIT_OF_RECORD, strict=True):
        found, _ = cut_beats(record, dataset_config(), preprocess_config())
        parts.append(found.with_split(np.full(len(found), split)))
    return concatenate_tables(parts)


def write_both(folder: Path, beats: BeatSet, noisy: BeatSet | None = None) -> None:
    """Write what stage `preprocess` leaves: beats, and those of noisy copies, here none."""
    none = beats.select(np.zeros(0, np.intp))
    write_array_table(folder / "data/beats/beats.npz", beats)
    write_array_table(folder / "data/beats/noisy.npz", none if noisy is None else noisy)


def build_features(folder: Path, *words: str) -> Result:
    shutil.copy(ROOT / "params.yaml", folder)
    few = f"features.synthesis.beats_per_record={FEW}"
    return run_script([sys.executable, str(ROOT / "src/build_features.py"), few, *words], folder)


def test_the_inputs_of_each_split_are_written_with_how_features_were_selected(beats, tmp_path):
    write_both(tmp_path, beats)
    result = build_features(tmp_path)
    assert result.returncode == 0, result.stderr
    features = tmp_path / "data/features"
    names = {"train.npz", "validation.npz", "test.npz", "transform.json", "selection.json"}
    assert {path.name for path in features.iterdir()} == names
    transform, report = (
        read_transform(features / "transform.json"),
        read_json(features / "selection.json"),
    )
    assert f"kept {len(transform.names)} of {len(report)} features" in result.stdout
    assert [row["feature"] for row in report] == list(name_features(2))
    for split, n_records in (("train", 2), ("validation", 1), ("test", 0)):
        inputs = read_array_table(features / f"{split}.npz", BeatInputs)
        assert set(inputs.record) == set(beats.record[beats.split == split])
        assert (inputs.synthetic == "anomaly").sum() == n_records * FEW


def test_the_files_hold_what_the_package_computes(beats, tmp_path):
    write_both(tmp_path, beats)
    assert build_features(tmp_path, "features.history_s=30").returncode == 0
    config = to_dataclass(OmegaConf.load(ROOT / "params.yaml"), PipelineConfig)
    synthesis = replace(config.features.synthesis, beats_per_record=FEW)
    features = replace(config.features, history_s=30.0, synthesis=synthesis)
    splits = prepare_splits(beats, features, BeatWindow.from_config(config.preprocess))
    written, expected = (
        read_array_table(tmp_path / "data/features/train.npz", BeatInputs),
        splits.of("train"),
    )
    for field in fields(BeatInputs):
        np.testing.assert_array_equal(getattr(written, field.name), getattr(expected, field.name))


def test_absent_beats_are_the_users_to_make_and_nothing_is_left_behind(tmp_path):
    result = build_features(tmp_path)
    assert result.returncode == 1
    assert "beats.npz: no such file" in result.stderr
    assert not (tmp_path / "data/features").exists()


def test_beats_of_noisy_copies_are_in_the_files_that_are_learned_from(beats, tmp_path):
    learned = np.where(beats.split == "test", "", beats.split).astype("<U10")
    write_both(tmp_path, beats, beats.with_split(learned))
    assert build_features(tmp_path).returncode == 0
    for split in ("train", "validation", "test"):
        inputs = read_array_table(tmp_path / f"data/features/{split}.npz", BeatInputs)
        expected = 0 if split == "test" else (learned == split).sum()
        assert (inputs.synthetic == "noise").sum() == expected

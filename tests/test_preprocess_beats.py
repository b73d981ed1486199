"""Stage `preprocess`: beats, what was rejected and why, and an audited split."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.splits.by_subject import SPLITS
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.records.record_archive import write_records
from forked_scripts import run_script
from pipeline_copy import ROOT

SCRIPT = [sys.executable, str(ROOT / "src/preprocess_beats.py")]


@pytest.fixture
def folder(tmp_path: Path, simulated_records) -> Path:
    shutil.copy(ROOT / "params.yaml", tmp_path)
    write_records(simulated_records[:6], tmp_path / "data/records")
    return tmp_path


def test_beats_counts_and_split_agree(folder: Path) -> None:
    result = run_script(SCRIPT, folder)
    assert result.returncode == 0, result.stderr
    beats = read_array_table(folder / "data/beats/beats.npz", BeatSet)
    accounts = json.loads((folder / "data/beats/cleaning.json").read_text())
    split = json.loads((folder / "data/beats/split.json").read_text())
    assert sum(row["beats"] for row in accounts) == len(beats)
    rejected = sum(sum(row["unreadable"].values()) for row in accounts)
    assert rejected == (~beats.readable).sum()
    assert [row["split"] for row in split["splits"]] == list(SPLITS)
    assert sum(row["beats"] + row["unreadable"] for row in split["splits"]) == len(beats)
    assert {row["result"] for row in split["audit"]} == {"passed"}
    for name in set(beats.subject.tolist()):
        assert len(set(beats.split[beats.subject == name].tolist())) == 1


def test_a_split_that_cannot_be_made_writes_nothing(folder: Path) -> None:
    result = run_script([*SCRIPT, "dataset.split.test=[nobody]"], folder)
    assert result.returncode == 1
    assert "nobody" in result.stderr
    assert not (folder / "data/beats").exists()


def test_what_is_trained_on_is_cut_once_more_with_noise(folder: Path) -> None:
    assert run_script(SCRIPT, folder).returncode == 0
    beats, noisy = (
        read_array_table(folder / f"data/beats/{n}.npz", BeatSet) for n in ("beats", "noisy")
    )
    split_of = dict(zip(beats.record.tolist(), beats.split.tolist(), strict=True))
    assert "test" not in {split_of[name] for name in noisy.record.tolist()}
    learned = noisy.select(noisy.split != "")
    assert len(learned) > 0
    assert learned.split.tolist() == [split_of[name] for name in learned.record.tolist()]


def test_without_noisy_copies_the_file_is_empty(folder: Path) -> None:
    assert run_script([*SCRIPT, "training.noisy_copies=false"], folder).returncode == 0
    assert len(read_array_table(folder / "data/beats/noisy.npz", BeatSet)) == 0

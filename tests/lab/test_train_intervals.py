"""People become examples: fibrillation is carried on, and its early beats are not learnt as S."""

import gzip
import shutil

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from lab import train_intervals
from lab.train_intervals import main, read_people


@pytest.fixture
def labels(tmp_path):
    """One person of each database: every tenth beat is early, the second half in fibrillation."""
    rr = tmp_path / "rr"
    symbol = np.array(["N"] * 200)
    symbol[9::10] = "A"
    symbol[60] = "V"
    time_s = np.cumsum(np.where(symbol == "A", 0.5, 0.8))
    for name, fs in train_intervals.DATABASES.items():
        (rr / name).mkdir(parents=True)
        marks = np.insert(symbol, 100, "+")
        at = np.insert(time_s, 100, time_s[99] + 0.1)
        wfdb.wrann(
            "00",
            "atr",
            np.rint(at * fs).astype(int),
            marks,
            aux_note=["(AFIB" if mark == "+" else "" for mark in marks],
            write_dir=str(rr / name),
        )
    (rr / "arrdb").mkdir()
    rows = [
        f"1,{t},{'S' if s == 'A' else s},sinus,False" for t, s in zip(time_s, symbol, strict=True)
    ]
    with gzip.open(rr / "arrdb" / "beats.csv.gz", "wt") as file:
        file.write("\n".join(["case_id,time_s,beat_type,rhythm,bad_quality", *rows]))
    return tmp_path


def test_beats_with_enough_intervals_before_them_are_taken(labels):
    people = list(read_people(labels / "rr", np.random.default_rng(0)))
    assert len(people) == 3
    for steps, target in people:
        assert steps.shape[1:] == (11, 4)
        assert len(steps) == len(target) > 100
        assert target[:, 2].sum() == 1


def test_people_who_may_be_in_the_qt_database_are_not_learnt_from(labels):
    before = len(list(read_people(labels / "rr", np.random.default_rng(0))))
    for name in ("ltdb", "nsrdb"):
        shutil.copytree(labels / "rr" / "ltafdb", labels / "rr" / name)
    assert len(list(read_people(labels / "rr", np.random.default_rng(0)))) == before


def test_early_beats_in_fibrillation_are_not_learnt(labels):
    long_term, _, other = read_people(labels / "rr", np.random.default_rng(0))
    fibrillates, early = long_term[1][:, 0] == 1, long_term[1][:, 1] == 1
    assert 80 < fibrillates.sum() < 100
    assert early.sum() == 7
    assert not (fibrillates & early).any()
    assert other[1][:, 1].sum() == 16


def test_without_the_labels_it_says_where_they_should_be(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path))
    assert main() == 1
    assert "ECG_ANOMALY_DATA" in capsys.readouterr().err
    with pytest.raises(UserError, match="VitalDB"):
        list(read_people(tmp_path / "rr", np.random.default_rng(0)))


def test_weights_are_those_that_the_package_reads(labels, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(labels))
    monkeypatch.setattr(train_intervals, "WEIGHTS", tmp_path / "intervals.npz")
    monkeypatch.setattr(train_intervals, "EPOCHS", 1)
    monkeypatch.setattr(train_intervals, "HELD_OUT", 3)
    assert main() == 0
    assert "3 people, 1 of them held out" in capsys.readouterr().out
    with np.load(tmp_path / "intervals.npz") as found:
        assert found["kernel"].shape == (4, 64)
        assert found["recurrent"].shape == (16, 64)

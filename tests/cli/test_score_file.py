"""The results of one recording, and the formats it can be read from."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb

from ecg_anomaly.triage.beat_rows import COLUMNS


def read(output: Path, name: str = "s01") -> tuple[pd.DataFrame, dict]:
    beats = pd.read_csv(output / f"{name}.beats.csv", keep_default_na=True)
    return beats, json.loads((output / f"{name}.summary.json").read_text())


def test_table_summary_and_marks_say_the_same(score, records, tmp_path):
    assert score(records / "s01", "--threshold", -2.4) == 0
    beats, summary = read(tmp_path / "out")
    assert tuple(beats) == COLUMNS
    assert len(beats) == summary["beats"]["found"] > 40
    flagged = beats[beats["anomalous"]]
    assert len(flagged) == summary["beats"]["flagged"] > 0
    assert summary["burden"] == pytest.approx(len(flagged) / beats["readable"].sum(), abs=1e-6)
    assert (flagged["score"] > -2.4).all()
    marks = wfdb.rdann(str(tmp_path / "out/s01"), "anom")
    of_beats = np.array(marks.symbol) == "Q"
    assert marks.sample[of_beats].tolist() == flagged["sample"].tolist()
    assert marks.fs == summary["recording"]["fs"] == 360
    assert summary["recording"]["duration_s"] == 60
    assert "not a medical device" in summary["note"]


def test_the_page_needs_no_other_file(score, records, tmp_path):
    assert score(records / "s01") == 0
    page = (tmp_path / "out/s01.html").read_text()
    assert "<html" in page
    assert "src=" not in page.replace('src="data:', "")


def test_a_table_and_an_edf_file_of_a_recording_hold_the_same_beats(score, records, tmp_path):
    import edfio

    record = wfdb.rdrecord(str(records / "s01"))
    frame = pd.DataFrame(record.p_signal.round(3), columns=record.sig_name)
    frame.to_csv(tmp_path / "table.csv", index=False)
    signals = [
        edfio.EdfSignal(x.to_numpy(), 360, label=f"ECG {name}", physical_dimension="mV")
        for name, x in frame.items()
    ]
    edfio.Edf(signals, data_record_duration=1).write(tmp_path / "holter 1.edf")
    assert score(records / "s01", tmp_path / "holter 1.edf") == 0
    assert score(tmp_path / "table.csv", "--fs", 360, "--unit", "mV") == 0
    home = read(tmp_path / "out")[0]
    for name in ("holter_1", "table"):
        away = read(tmp_path / "out", name)[0]
        assert len(away) == len(home)
        assert np.abs(away["sample"] - home["sample"]).max() <= 2
        agreement = (away["anomalous"] == home["anomalous"]).mean()
        assert agreement > 0.95


def test_what_was_cut_off_is_scored_as_far_as_it_goes_and_the_loss_is_said(
    score, records, tmp_path, capsys
):
    data = (records / "s01.dat").read_bytes()
    (records / "s01.dat").write_bytes(data[: len(data) // 2])
    assert score(records / "s01") == 0
    _, summary = read(tmp_path / "out")
    assert summary["recording"]["duration_s"] == 30
    assert summary["notes"] == ["s01.dat was cut off: 10800 of 21600 samples are there"]
    assert f"  note: {summary['notes'][0]}" in capsys.readouterr().out.splitlines()
    assert summary["notes"][0] in (tmp_path / "out/s01.html").read_text()


def test_signals_that_are_not_read_are_listed_with_the_reason(score, records, tmp_path):
    text = (records / "s01.hea").read_text()
    (records / "s01.hea").write_text(text.replace("V1", "PLETH"))
    assert score(records / "s01") == 0
    assert score(records / "s02", "--ignore", "ECG lead v1") == 0
    for name, expected in (("s01", ("PLETH", "no ECG by its name")), ("s02", ("V1", "--ignore"))):
        recording = read(tmp_path / "out", name)[1]["recording"]
        assert recording["leads"] == ["MLII"]
        assert [tuple(signal.values()) for signal in recording["left_out"]] == [expected]
        assert " (".join(expected) in (tmp_path / "out" / f"{name}.html").read_text()


def test_a_lead_may_be_spelled_otherwise(score, records, tmp_path):
    text = (records / "s01.hea").read_text()
    (records / "s01.hea").write_text(text.replace("MLII", "ECG lead II").replace("V1", "ECGV1"))
    assert score(records / "s01", "--lead", "v1") == 0
    beats, _ = read(tmp_path / "out")
    assert score(records / "s02", "--lead", "V1") == 0
    assert len(beats) > 40


def test_a_record_whose_segments_have_other_leads_is_read_throughout(
    score, records, tmp_path, capsys
):
    for name, lead in (("s01", "II"), ("s02", "MCL1")):
        text = (records / f"{name}.hea").read_text()
        (records / f"{name}.hea").write_text(text.replace("MLII", lead).replace("V1", "V"))
    n = wfdb.rdheader(str(records / "s01")).sig_len
    layout = "".join(f"~ 0 200/mV 12 0 0 0 0 {lead}\n" for lead in ("II", "V", "MCL1"))
    (records / "lay.hea").write_text(f"lay 3 360 0\n{layout}")
    (records / "m.hea").write_text(f"m/3 3 360 {2 * n}\nlay 0\ns01 {n}\ns02 {n}\n")
    assert score(records / "m") == 0
    beats, summary = read(tmp_path / "out", "m")
    second = beats[beats["sample"] >= n]
    assert len(second) > 40
    assert second["readable"].mean() > 0.9
    first, other = summary["leads_read"]
    assert (first["lead"], other["lead"] in ("V", "MCL1")) == ("II", True)
    assert set(second["lead"]) <= {"V", "MCL1"}
    said = r"  read: \S+ 5\d\.\d%, \S+ 4\d\.\d% of the beats, 2 spans"
    assert re.search(said, capsys.readouterr().out)
    assert "Each beat is read on the first lead" in (tmp_path / "out/m.html").read_text()

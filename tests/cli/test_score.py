"""What scoring writes, and how the options change it."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import wfdb

from ecg_anomaly.detector.package import DESCRIPTION, DIGESTS
from ecg_anomaly.files.atomic import read_json, write_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.triage.beats_table import COLUMNS

ENDINGS = [".anom", ".beats.csv", ".html", ".summary.json"]


def read(output: Path, name: str = "s01") -> tuple[pd.DataFrame, dict]:
    beats = pd.read_csv(output / f"{name}.beats.csv", keep_default_na=True)
    return beats, json.loads((output / f"{name}.summary.json").read_text())


def test_every_recording_gets_its_four_files(score, records, tmp_path, capsys):
    assert score(records / "s01", records / "s02.hea") == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == sorted(f"{name}{ending}" for name in ("s01", "s02") for ending in ENDINGS)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["s01", "s02", "Not a medical device"]


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


def test_two_runs_give_the_same_bytes(score, records, tmp_path):
    for output in (tmp_path / "a", tmp_path / "b"):
        assert score(records / "s01", output=output) == 0
    for ending in ENDINGS:
        first, second = ((tmp_path / x / f"s01{ending}").read_bytes() for x in "ab")
        assert first == second


def test_the_page_needs_no_other_file(score, records, tmp_path):
    assert score(records / "s01") == 0
    page = (tmp_path / "out/s01.html").read_text()
    assert "<html" in page
    assert "src=" not in page.replace('src="data:', "")


def test_the_detector_is_identified(score, records, tmp_path, model):
    assert score(records / "s01") == 0
    detector = read(tmp_path / "out")[1]["detector"]
    assert detector["sha256"] == json.loads((model / "sha256.json").read_text())
    assert detector["threshold_from"] == "detector"
    assert len(detector["id"]) == 64


@pytest.mark.parametrize(("stated", "shown"), [(0.25, 0.25), (None, None), ("absent", None)])
def test_a_rate_that_the_detector_does_not_state_is_looked_up(
    score, records, tmp_path, model, stated, shown
):
    copy = Path(shutil.copytree(model, tmp_path / "model"))
    said = read_json(copy / DESCRIPTION)
    said["threshold"].pop("stated_false_alarm_rate", None)
    if stated != "absent":
        said["threshold"]["stated_false_alarm_rate"] = stated
    write_json(copy / DESCRIPTION, said)
    digests = {**read_json(copy / DIGESTS), DESCRIPTION: file_sha256(copy / DESCRIPTION)}
    write_json(copy / DIGESTS, digests)
    assert score(records / "s01", detector=copy) == 0
    rate = read(tmp_path / "out")[1]["detector"]["stated_false_alarm_rate"]
    assert rate == shown if shown is not None else 0 < rate < 1


@pytest.mark.parametrize(
    ("option", "value", "origin"),
    [("--threshold", "0.5", "--threshold"), ("--false-alarm-rate", "0.2", "--false-alarm-rate")],
)
def test_threshold_and_rate_are_stated(score, records, tmp_path, option, value, origin):
    assert score(records / "s01", option, value) == 0
    detector = read(tmp_path / "out")[1]["detector"]
    assert detector["threshold_from"] == origin
    stated = detector["threshold" if option == "--threshold" else "stated_false_alarm_rate"]
    assert stated == float(value)


def test_a_rate_and_its_threshold_are_the_same_choice(score, records, tmp_path):
    assert score(records / "s01", "--false-alarm-rate", 0.1, output=tmp_path / "a") == 0
    by_rate = read(tmp_path / "a")[1]["detector"]
    assert score(records / "s01", "--threshold", by_rate["threshold"], output=tmp_path / "b") == 0
    by_threshold = read(tmp_path / "b")[1]["detector"]
    assert by_threshold["stated_false_alarm_rate"] == pytest.approx(0.1, abs=1e-6)
    tables = [(tmp_path / x / "s01.beats.csv").read_bytes() for x in "ab"]
    assert tables[0] == tables[1]


def test_no_score_is_above_infinity(score, records, tmp_path):
    assert score(records / "s01", "--threshold", "1e300") == 0
    assert read(tmp_path / "out")[1]["beats"]["flagged"] == 0


def test_another_lead_gives_other_scores(score, records, tmp_path):
    for lead, output in (("V1", tmp_path / "a"), ("mlii", tmp_path / "b")):
        assert score(records / "s01", "--lead", lead, output=output) == 0
    assert score(records / "s01", output=tmp_path / "c") == 0
    tables = [(tmp_path / x / "s01.beats.csv").read_bytes() for x in "abc"]
    assert tables[0] != tables[1] == tables[2]


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

"""The choice of detector, threshold and lead by the options, and how results name it."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ecg_anomaly.detector.loading import DIGESTS
from ecg_anomaly.detector.package import DESCRIPTION
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256


def read(output: Path, name: str = "s01") -> tuple[pd.DataFrame, dict]:
    beats = pd.read_csv(output / f"{name}.beats.csv", keep_default_na=True)
    return beats, json.loads((output / f"{name}.summary.json").read_text())


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

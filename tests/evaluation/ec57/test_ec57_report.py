"""The report: every table as text and rows, a summary for people and for machines."""

import json

import pandas as pd
import pytest

from ecg_anomaly.evaluation.ec57.ec57_report import TABLES, Ec57Report
from ecg_anomaly.evaluation.ec57.record_comparison import ec57_from_beats

START = 108_000


def compare(record: str, reference: str, test: str):
    samples = [START + 360 * i for i in range(len(reference))]
    return ec57_from_beats(samples, list(reference), samples, list(test), 360, 650_000, record)


@pytest.fixture
def report() -> Ec57Report:
    records = [compare("a", "NNVV", "NVVV"), compare("b", "NNSNNNNN", "NNNNNNNN")]
    return Ec57Report("atr", "mine", records)


def test_there_is_a_file_and_a_summary_of_every_table(report):
    files = report.format_files()
    names = {"mine.bxb.standard"} | {f"mine.{n}{e}" for n in TABLES for e in ("", ".sumstats")}
    assert set(files) == names
    assert files["mine.bxb.line"].split("\n")[1].startswith("   a     1   0")


def test_gross_and_average(report):
    summary = report.summarise()
    assert summary["VEB"]["sensitivity_gross"] == 100
    assert summary["VEB"]["predictivity_gross"] == pytest.approx(200 / 3)
    assert summary["SVEB"]["sensitivity_gross"] == 0
    assert summary["SVEB"]["predictivity_gross"] is None
    assert summary["AF episodes"]["sensitivity_average"] is None


def test_rows_make_data_frames_and_json(report):
    frame = pd.DataFrame(report.make_rows()["bxb.sveb.line"])
    assert frame["Vv"].tolist() == [2, 0]
    content = json.loads(json.dumps(report.to_json(), allow_nan=False))
    assert content["tables"]["rxr.v.line"][0]["CTs"] == 1
    assert content["records"] == 2


def test_the_summary_leaves_out_what_is_undefined(report):
    text = report.format_summary()
    assert text.startswith("mine against atr: 2 records, 12 beats")
    assert "VEB                100.00   66.67       100.00   66.67" in text
    assert "AF" not in text


def test_the_report_holds_each_table_once(report):
    text = report.format_report()
    assert text.count("Summary of results from 2 records") == 6

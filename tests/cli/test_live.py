import json
import os
import sys

import pytest

from ecg_anomaly.cli.main import main
from toy_detector import toy_records


@pytest.fixture
def run(model, capsys):
    def call(*words):
        status = main(["live", *words, "--detector", str(model)])
        printed = capsys.readouterr()
        return status, [json.loads(line) for line in printed.out.splitlines()], printed.err

    return call


def test_a_replayed_recording_gives_a_line_of_json_for_each_event(run, sound, tmp_path):
    status, rows, said = run(f"replay:{sound}/s01", "--store", str(tmp_path / "live.sqlite"))
    assert status == 0
    assert [rows[0]["kind"], rows[-1]["kind"]] == ["stream.opened", "stream.ended"]
    assert {"stream", "sample", "kind", "time_s"} <= set(rows[0])
    assert "Not a medical device" in said


def test_two_workers_say_of_each_stream_what_one_process_says(model, sound, tmp_path, capfd):
    records, said = [f"replay:{sound}/s01", f"replay:{sound}/s02"], []
    for n in (1, 2):
        words = ["--workers", str(n), "--store", str(tmp_path / f"{n}.sqlite"), "--output"]
        words += [f"fhir:{tmp_path / str(n)}", "--detector", str(model)]
        assert main(["live", *records, *words]) == 0
        rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
        said.append([[r for r in rows if r["stream"] == s] for s in ("s01", "s02")])
        assert sorted(r["kind"] for r in rows if "stream" in r["kind"]) == [
            *2 * ["stream.ended"], *2 * ["stream.opened"],
        ]  # fmt: skip
    assert said[0] == said[1]


def test_lines_on_standard_input_are_monitored_and_alarms_go_to_a_file(run, tmp_path, monkeypatch):
    read, write = os.pipe()
    opened = {"stream": "bed 1", "fs": 120, "leads": ["II"]}
    beating = toy_records()[0].signal[: 20 * 360 : 3, :1].round(3).tolist()
    quiet = [[round(0.01 * (k % 7) - 0.03, 3)] for k in range(1000)]  # no QRS complex
    os.write(write, json.dumps({**opened, "values": beating + quiet}).encode() + b"\n")
    os.close(write)
    with os.fdopen(read) as standard_input:
        monkeypatch.setattr(sys, "stdin", standard_input)
        fhir = f"fhir:{tmp_path / 'alarms.ndjson'}"
        status, rows, _ = run("-", "--output", fhir, "--store", str(tmp_path / "live.sqlite"))
    assert status == 0
    kinds = [row["kind"] for row in rows]
    assert "alarm.asystole.raised" in kinds
    assert {(row["stream"], row["run"]) for row in rows} == {("bed 1", 1)}
    (alarm,) = (tmp_path / "alarms.ndjson").read_text().splitlines()
    assert json.loads(alarm)["component"][0]["valueSampledData"]["data"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full disk to write to")
def test_that_standard_output_is_full_is_said_once(run, sound, tmp_path, monkeypatch):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        words = f"replay:{sound}/s01", "--store", str(tmp_path / "live.sqlite")
        status, _, said = run(*words)
    assert status == 0
    assert said.count("standard output: No space left on device; ") == 1


def test_streams_that_nobody_can_send_are_refused(run, tmp_path):
    status, _, said = run("websocket:", "--store", str(tmp_path / "live.sqlite"))
    assert status == 1
    assert "add --serve" in said


def test_a_recording_that_is_not_there_is_one_line(run, tmp_path):
    status, rows, said = run(f"replay:{tmp_path}/none")
    assert (status, rows) == (1, [])
    assert said.startswith("error: ")
    assert said.count("\n") == 1

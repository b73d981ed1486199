import json

import pytest

from ecg_anomaly.cli.main import main


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


def test_a_recording_that_is_not_there_is_one_line(run, tmp_path):
    status, rows, said = run(f"replay:{tmp_path}/none")
    assert (status, rows) == (1, [])
    assert said.startswith("error: ")
    assert said.count("\n") == 1

"""The script with everything slow taken out: what it prints is a table that can be pasted."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import wfdb

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing import network_timing as networks
from lab.timing import scoring
from lab.timing.process_cost import Cost
from toy_detector import toy_records


@pytest.fixture
def printed(monkeypatch, capsys) -> list[list[str]]:
    """Rows of the table where a day takes 4 s, a start 1 s and imports 60 MB."""

    def run_python(arguments: list[str]) -> Cost:
        if "score" not in arguments:
            return Cost(0.2, 0.2)
        hours = scoring.HOURS[Path(arguments[arguments.index("score") + 1]).name]
        return Cost(1 + hours / 8, hours / 4)

    monkeypatch.setattr(scoring, "run_python", run_python)
    peak = lambda arguments: 200.0 if "score" in arguments else 60.0  # noqa: E731
    monkeypatch.setattr(scoring, "peak_memory", peak)
    monkeypatch.setattr(scoring, "write_piece", lambda folder: folder / "piece")
    monkeypatch.setattr(scoring, "repeat_piece", lambda piece, n, _: piece.with_name(n))
    said = SimpleNamespace(stdout=json.dumps([4000, 1.0, 6.0, 3.0]))
    monkeypatch.setattr(scoring.subprocess, "run", lambda *_, **__: said)
    engines = {"keras_s": 2.0, "onnx_s": 0.1, "ratio": 20.0}
    engines |= {"one_beat_ms": 0.1, "one_beat_p99_ms": 0.15}
    monkeypatch.setattr(networks, "time_engines", lambda _: engines)
    monkeypatch.setattr(networks, "lead_off_ratio", lambda _: 0.5)
    scoring.measure_scoring()
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["| what | measured | wanted |", "|---|---|---|"]
    return [line.strip("| ").split(" | ") for line in lines[2:]]


def test_everything_that_is_wanted_is_measured(printed):
    wanted = {row[0]: row[2] for row in printed if len(row) == 3 and row[2]}
    assert wanted == {
        "score a day, cold start to last file": "5 s or less, then 3 s",
        "day : hour": "26 or less",
        "memory above imports, day": "256 MB or less",
        "memory above imports, week": "256 MB or less",
        "`ecg-anomaly --help`": "0.3 s or less",
        "plain pipeline : score, day": "50 or more",
        "25 of 30 minutes lead off : clean, CPU": "1.3 or less",
        "Keras `predict` : ONNX, many beats": "20 or more",
        "one beat, p99": "0.2 ms or less",
    }


def test_ratios_are_of_what_was_measured(printed):
    measured = {row[0]: row[1] for row in printed}
    assert measured["score a day, cold start to last file"] == "4.00 s (CPU 6.00 s)"
    assert measured["day : hour"] == f"{4 / 1.125:.1f}"
    assert measured["memory above imports, day"] == "140 MB"
    # 23 more hours of 10 s; the start, here no time at all, is counted once.
    assert measured["plain pipeline, 24 such hours, one start"] == "230 s"
    assert measured["plain pipeline : score, day"] == f"{230 / 4:.0f}"


@pytest.fixture
def piece(tmp_path, monkeypatch):
    """Write a minute in place of the half hour."""
    monkeypatch.setattr(scoring, "PIECE_S", 60.0)
    return scoring.write_piece(tmp_path)


def test_the_piece_is_one_subject_under_one_name(piece):
    record = wfdb.rdrecord(str(piece))
    assert (record.record_name, record.fs, record.sig_len) == ("piece", 360, 21600)
    assert np.ptp(record.p_signal, axis=0).min() > 0.5


@pytest.mark.parametrize("times", [1, 2, 7])
def test_a_record_is_the_piece_so_often(piece, times):
    path = scoring.repeat_piece(piece, "long", times / 60)
    once, whole = wfdb.rdrecord(str(piece)), wfdb.rdrecord(str(path))
    np.testing.assert_array_equal(whole.p_signal, np.tile(once.p_signal, (times, 1)))
    # Read to its end by the reader that is measured, which adds up the checksums.
    recording = open_record(path)
    assert recording.read(0, recording.n_samples).shape == (21600 * times, 2)


def test_a_wrong_checksum_would_be_noticed(piece):
    path = scoring.repeat_piece(piece, "long", 2 / 60)
    header = path.with_suffix(".hea")
    lines = header.read_text().splitlines()
    words = lines[1].split()
    words[6] = str(int(words[6]) + 1)
    header.write_text("\n".join([lines[0], " ".join(words), *lines[2:]]) + "\n")
    recording = open_record(path)
    with pytest.raises(Exception, match="checksum"):
        recording.read(0, recording.n_samples)


def test_a_record_of_another_name_is_left_alone(piece, tmp_path):
    write_record(toy_records()[0], tmp_path)
    before = piece.with_suffix(".dat").read_bytes()
    scoring.repeat_piece(piece, "long", 2 / 60)
    assert piece.with_suffix(".dat").read_bytes() == before

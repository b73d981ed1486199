"""The script with everything slow taken out: what it prints is a table that can be pasted."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import lab.timing.scoring as measure_scoring
from lab.timing import network_timing as networks
from lab.timing.children import Cost


@pytest.fixture
def printed(monkeypatch, capsys) -> list[list[str]]:
    """Rows of the table where a day takes 4 s, a start 1 s and imports 60 MB."""

    def run_python(arguments: list[str]) -> Cost:
        if "score" not in arguments:
            return Cost(0.2, 0.2)
        hours = measure_scoring.HOURS[Path(arguments[arguments.index("score") + 1]).name]
        return Cost(1 + hours / 8, hours / 4)

    monkeypatch.setattr(measure_scoring, "run_python", run_python)
    peak = lambda arguments: 200.0 if "score" in arguments else 60.0  # noqa: E731
    monkeypatch.setattr(measure_scoring, "peak_memory", peak)
    monkeypatch.setattr(measure_scoring, "repeat_piece", lambda piece, n, _: piece.with_name(n))
    said = SimpleNamespace(stdout=json.dumps([4000, 1.0, 6.0, 3.0]))
    monkeypatch.setattr(measure_scoring.subprocess, "run", lambda *_, **__: said)
    engines = {"keras_s": 2.0, "onnx_s": 0.1, "ratio": 20.0}
    engines |= {"one_beat_ms": 0.1, "one_beat_p99_ms": 0.15}
    monkeypatch.setattr(networks, "time_engines", lambda _: engines)
    monkeypatch.setattr(networks, "lead_off_ratio", lambda _: 0.5)
    measure_scoring.main()
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
        "straightforward : score, day": "50 or more",
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
    assert measured["straightforward, 24 such hours, one start"] == "230 s"
    assert measured["straightforward : score, day"] == f"{230 / 4:.0f}"

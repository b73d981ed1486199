"""The smallest run of `python -m lab.attacks.kills`."""

from pathlib import Path

import pytest

from default_config import pipeline_config
from lab.attacks import kills
from toy_detector import write_toy_detector


@pytest.mark.measurement
def test_nothing_is_left_of_a_few_kills(tmp_path: Path, monkeypatch, capsys) -> None:
    detector = write_toy_detector(tmp_path, pipeline_config())
    source = str(Path(kills.__file__).parents[2])
    monkeypatch.setenv("PYTHONPATH", source)
    words = ["--kills", "3", "--pairs", "1", "--pipeline-kills", "0", "--detector", str(detector)]
    monkeypatch.setattr("sys.argv", ["kills", *words])
    status = kills.main()
    said = capsys.readouterr().out
    assert status == 0, said
    lines = said.splitlines()
    assert len(lines) == 4
    assert all(": 0 processes left" in line for line in lines[::2])


def test_a_promise_that_is_broken_is_said(capsys) -> None:
    counts = kills.Counts(kills=2)
    counts.temporary.update(SIGKILL=1)
    assert kills.print_counts("x", counts)
    counts.temporary.update(SIGTERM=1)
    assert not kills.print_counts("x", counts)
    assert "1 after SIGKILL, 1 after SIGTERM" in capsys.readouterr().out
    assert not kills.print_counts("x", kills.Counts(processes=1))

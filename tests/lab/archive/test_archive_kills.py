from collections import Counter
from pathlib import Path

import pytest

from default_config import pipeline_config
from lab.archive import archive_kills
from lab.archive.archive_kills import HEADER, WITHOUT, describe_run, measure_archive_kills
from lab.archive.killed_driver import KilledRun
from lab.archive.table_comparison import TableDifference
from toy_detector import write_toy_detector

SOURCE = str(Path(archive_kills.__file__).parents[2])


@pytest.mark.measurement
def test_a_few_kills_change_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    detector = write_toy_detector(tmp_path, pipeline_config())
    quick = {"every_s": (0.0, 0.1), "length_s": 120.0}
    assert measure_archive_kills(detector, 24, 2, 1, [WITHOUT], **quick), capsys.readouterr()
    said = capsys.readouterr().out
    assert "| 1 drivers, 2 scoring processes |" in said
    assert "| 24 of 24 | 0 | 0 | 0 | the same | 0 |" in said


def test_what_was_not_killed_is_said():
    run = KilledRun(Counter(drivers=1), left_over=2, repeated=1)
    row = describe_run("local[2]", run, TableDifference(3, 3, 0, 0, 0, True))
    assert "| `local[2]` | 1 drivers (2 kills not made: the archive was done) | 1 |" in row
    assert row.count("|") == HEADER.splitlines()[0].count("|")

from collections import Counter
from pathlib import Path

import pytest

from default_config import pipeline_config
from lab.archive import archive_kills
from lab.archive.archive_kills import compare_rows, measure_archive_kills
from toy_detector import write_toy_detector

SOURCE = str(Path(archive_kills.__file__).parents[2])


@pytest.mark.slow
def test_a_few_kills_change_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    detector = write_toy_detector(tmp_path, pipeline_config())
    assert measure_archive_kills(detector, 12, 2, 1, None, every_s=(0.1, 0.3)), capsys.readouterr()
    said = capsys.readouterr().out
    assert "rows: 12 of 12, 0 missing, 0 twice, 0 other" in said


def test_rows_that_are_missing_or_there_twice_are_counted(monkeypatch, capsys):
    import pandas as pd

    tables = {
        Path("whole"): pd.DataFrame({"uri": ["a", "b"], "x": [1, 2]}),
        Path("killed"): pd.DataFrame({"uri": ["a", "a"], "x": [1, 3]}),
    }
    monkeypatch.setattr(archive_kills, "read_rows", tables.__getitem__)
    assert not compare_rows(Path("whole"), Path("killed"), Counter(driver=1))
    assert "rows: 2 of 2, 1 missing, 1 twice, 1 other" in capsys.readouterr().out
    assert compare_rows(Path("whole"), Path("whole"), Counter())

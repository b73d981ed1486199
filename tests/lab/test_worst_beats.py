from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from default_config import pipeline_config
from lab import worst_beats
from lab.worst_beat_choice import choose_misses, look_at_beats
from lab.worst_beats import describe_time, draw_sheet, tabulate_beats

CONFIG = pipeline_config()


def test_a_sheet_draws_every_beat_and_the_table_names_them(scored, tmp_path):
    records, scores = scored
    rows = np.concatenate([choose_misses(scores, 9.0, 8), [0]])
    beats = look_at_beats(scores, rows, records, CONFIG)
    odd = replace(beats[0], leads=("$x", "_y"), record="a|b$")
    figure = draw_sheet([*beats, odd], "all of them")
    assert sum(axes.get_visible() for axes in figure.axes) == len(beats) + 1
    figure.savefig(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as drawn:
        assert drawn.size[0] > 500
    table = tabulate_beats([*beats, odd]).splitlines()
    assert len(table) == len(beats) + 3
    assert all(line.replace("\\|", "").count("|") == 8 for line in table[2:])
    assert tabulate_beats([]).count("\n") == 1


@pytest.mark.parametrize(
    ("time_s", "said"), [(0, "00:00.0"), (59.96, "01:00.0"), (754.5, "12:34.5")]
)
def test_moments_are_said_in_minutes_and_seconds(time_s: float, said: str):
    assert describe_time(time_s) == said


def test_the_page_in_the_repository_has_its_marks_once():
    page = (Path(__file__).resolve().parents[2] / "docs" / worst_beats.PAGE).read_text("utf-8")
    assert page.count(worst_beats.BEGIN) == page.count(worst_beats.END) == 1

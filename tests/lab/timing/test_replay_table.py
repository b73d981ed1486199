"""What is known of seeds and of a pruner that knows all, and the table that is printed."""

import json

import numpy as np
import pytest
from curves import draw_curves

from lab.timing import pruning_replay
from lab.timing.replay_table import compare_seeds, foresee, measure_replays


def test_a_pruner_that_knows_all_pays_for_looking():
    assert foresee(1, 9)[0] == 9 / 180
    assert foresee(3, 9)[-1] == (19 * 3 + 9) / 180


def test_seeds_are_compared_network_by_network():
    curves = draw_curves(12)
    assert compare_seeds(curves, curves[:9]) == (9, pytest.approx(1.0))
    stopped = curves.copy()
    stopped[0, -1] = np.nan
    assert compare_seeds(curves, stopped)[0] == 11
    assert compare_seeds(curves, draw_curves(12, noise=0.3))[1] < 0.9


def test_the_tables_are_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pruning_replay, "ORDERS", 5)
    path = tmp_path / "curves.json"
    path.write_text(json.dumps({"cpu_s": 9.0, "curves": draw_curves().tolist()}))
    path.with_suffix(".again.json").write_text(path.read_text())
    measure_replays(str(path))
    said = capsys.readouterr().out
    assert "40 trials of 9 epochs" in said
    assert "40 trained again with another seed: rank correlation of the values 1.00" in said
    assert "| no pruning |" in said
    assert "| in use: one in 2 after 1, 2, 4, 8, margin 0.012 |" in said
    assert "| 1 epochs tell all | " in said

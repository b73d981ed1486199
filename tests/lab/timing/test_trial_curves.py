import json

import pytest

from ecg_anomaly.search.trials import OBJECTIVE
from lab.timing import trial_curves
from lab.timing.trial_curves import collect_curves, read_curves


@pytest.fixture
def drawn(monkeypatch):
    """Train nothing: a curve of nine epochs, and the networks that were asked for."""
    configs = []

    def train(_, config, report):
        configs.append(config)
        for epoch in range(9):
            report({"epoch": epoch + 1.0, OBJECTIVE: config.training.noise + epoch})

    clock = iter(float(i) for i in range(10**6))
    monkeypatch.setattr(trial_curves, "read_trial_beats", lambda *_: None)
    monkeypatch.setattr(trial_curves, "train_trial", train)
    monkeypatch.setattr(trial_curves.time, "process_time", lambda: next(clock))
    return configs


def test_a_file_is_continued_with_other_networks(drawn, tmp_path):
    path = tmp_path / "curves.json"
    assert collect_curves(path, 3.0) == 3
    assert collect_curves(path, 5.0) == 5
    assert collect_curves(path, 5.0) == 5
    assert read_curves(path).shape == (5, 9)
    assert len({config.training.noise for config in drawn}) == 5


def test_trainings_that_stopped_early_are_left_out(tmp_path):
    path = tmp_path / "curves.json"
    path.write_text(json.dumps({"cpu_s": 1.0, "curves": [[1, 2], [1], [3, 4]]}))
    assert read_curves(path).tolist() == [[1, 2], [3, 4]]

import json

import numpy as np
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


def test_the_same_networks_are_trained_with_other_seeds(drawn, tmp_path):
    collect_curves(tmp_path / "one.json", 3.0)
    collect_curves(tmp_path / "two.json", 3.0, shift=1000)
    for one, two in zip(drawn[:3], drawn[3:], strict=True):
        assert one.model == two.model
        assert two.training.seed - one.training.seed == 1000


def test_trainings_that_stopped_early_end_in_nan(tmp_path):
    path = tmp_path / "curves.json"
    path.write_text(json.dumps({"cpu_s": 1.0, "curves": [[1, 2], [1], [3, 4]]}))
    assert np.array_equal(read_curves(path), [[1, 2], [1, np.nan], [3, 4]], equal_nan=True)

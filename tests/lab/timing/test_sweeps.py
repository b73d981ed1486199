"""The script: a table of contents, and a worker of itself."""

import sys

from default_config import pipeline_config
from ecg_anomaly.search.trials import OBJECTIVE
from lab.timing.sweep_overhead import EPOCHS, Spending
from pipeline_copy import ROOT, call


def test_without_a_word_it_says_what_it_can_measure():
    for words in ([], ["everything"]):
        result = call([sys.executable, "-m", "lab.timing.sweeps", *words], ROOT / "src")
        assert result.returncode == 1
        assert "lab.timing.sweeps pruning" in result.stderr


def test_an_objective_that_burns_reports_every_epoch_and_what_it_did_not_burn(tmp_path):
    spending, heard = Spending(tmp_path, epoch_s=0.001), []
    for _ in range(2):
        spending(pipeline_config(), heard.append)
    assert len(heard) == 2 * EPOCHS
    assert all(OBJECTIVE in metrics for metrics in heard)
    (path,) = tmp_path.glob("spent-*.json")
    assert '"trials": 1' in path.read_text()

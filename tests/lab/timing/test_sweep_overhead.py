"""The overhead measurement: an objective burns time and writes what it did not burn."""

from default_config import pipeline_config
from ecg_anomaly.search.trials import OBJECTIVE
from lab.timing.sweep_overhead import EPOCHS, Spending


def test_an_objective_that_burns_reports_every_epoch_and_what_it_did_not_burn(tmp_path):
    spending, heard = Spending(tmp_path, epoch_s=0.001), []
    for _ in range(2):
        spending(pipeline_config(), heard.append)
    assert len(heard) == 2 * EPOCHS
    assert all(OBJECTIVE in metrics for metrics in heard)
    (path,) = tmp_path.glob("spent-*.json")
    assert '"trials": 1' in path.read_text()

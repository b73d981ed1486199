"""The runs of trials: epochs are logged once, the last state is kept, earlier runs are recalled."""

import pytest
from logged_trials import trial

from ecg_anomaly.search.trials import OBJECTIVE
from ecg_anomaly.tracking.store import PARENT, experiment_id
from ecg_anomaly.tracking.tracked_run import connect
from ecg_anomaly.tracking.trial_runs import NUMBER, STATE, TrialRuns


@pytest.fixture
def parent(project, config):
    """Create the run of a study; return it and its experiment."""
    run = connect(config.tracking)
    experiment = experiment_id(run.client, config.tracking)
    run.create(experiment, "sweep", {})
    return run, experiment


@pytest.fixture
def children(runs):
    """Return the runs of trials by number."""
    return lambda: {int(r.data.tags[NUMBER]): r for r in runs() if PARENT in r.data.tags}


def test_epochs_are_logged_once_while_a_trial_runs(parent, children, client):
    trials = TrialRuns(*parent)
    for n_epochs in (0, 1, 1, 3):
        trials.log(trial(0, "running", n_epochs))
    assert children()[0].info.status == "RUNNING"
    trials.log(trial(0, "finished", 4, 0.4))
    curve = client.get_metric_history(children()[0].info.run_id, "epoch/loss")
    assert [m.step for m in curve] == [1, 2, 3, 4]
    assert children()[0].info.status == "FINISHED"
    assert children()[0].data.tags["worker"] == "1 on here"


def test_a_trial_has_news_from_its_begin_to_its_end(parent):
    trials = TrialRuns(*parent)
    assert not trials.has_news(trial(0, "waiting", 0))
    assert trials.has_news(trial(0, "running", 0))
    trials.log(trial(0, "pruned", 1, 0.1))
    assert not trials.has_news(trial(0, "pruned", 1, 0.1))


def test_runs_of_an_earlier_call_are_recalled_and_not_logged_twice(parent, children, client):
    first = TrialRuns(*parent)
    first.log(trial(0, "finished", 2, 0.2))
    first.log(trial(1, "running", 2))
    second = TrialRuns(*parent)
    second.recall()
    assert not second.has_news(trial(0, "finished", 2, 0.2))
    second.log(trial(1, "finished", 3, 0.3))
    assert len(children()) == 2
    run = children()[1]
    curve = client.get_metric_history(run.info.run_id, f"epoch/{OBJECTIVE}")
    assert [m.step for m in curve] == [1, 2, 3]
    assert (run.info.status, run.data.tags[STATE]) == ("FINISHED", "finished")
    assert second.run_of(trial(1, "finished")).run_id == run.info.run_id

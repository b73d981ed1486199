"""The MLflow runs of a sweep: one parent for the study, one child for each trial.

Workers write to the study alone. The sweep reads it and passes on to MLflow what is new, several
epochs in one call: MLflow is written by one process, and a trial does not wait for it.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial, best_trial, count_states
from ecg_anomaly.tracking.benchmark_runs import PARENT
from ecg_anomaly.tracking.parameters import flatten_config
from ecg_anomaly.tracking.run import PipelineRun
from ecg_anomaly.tracking.runs import PROCESS, _connect, _end_abandoned, _experiment_id
from ecg_anomaly.tracking.store import git_commit

STUDY, NUMBER, SLOT, STATE = (f"ecg_anomaly.{n}" for n in ("study", "trial", "slot", "state"))

#: How MLflow shows the states of a trial. A pruned one did what it should.
STATUS = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED", "killed": "KILLED"}

#: Seconds between two calls with new epochs, and after which a call leaves the rest to the next:
#: a slow server must not keep the sweep from looking after its workers.
INTERVAL_S, MOST_S = 3.0, 1.0


class SweepLog:
    """Passes on to MLflow what is new in a study; a failure of MLflow is one warning.

    Parameters
    ----------
    run : PipelineRun
        The parent run.
    experiment : str
        Number of the experiment.
    """

    def __init__(self, run: PipelineRun, experiment: str = "") -> None:
        self.run, self.experiment = run, experiment
        self._children: dict[int, str] = {}
        self._logged: dict[int, int] = {}
        self._closed: set[int] = set()
        self._last = -INTERVAL_S

    def recall(self, children: Sequence[Any]) -> None:
        """Take in the children that an earlier call of the sweep has logged."""
        for child in children:
            number = int(child.data.tags[NUMBER])
            self._children[number] = child.info.run_id
            if child.info.status not in ("RUNNING", "SCHEDULED"):
                self._closed.add(number)
                continue
            name = f"epoch/{OBJECTIVE}"
            known = self.run.client.get_metric_history(child.info.run_id, name)
            self._logged[number] = max((m.step for m in known), default=0)

    def show(self, trials: Sequence[SweepTrial], last: bool = False) -> None:
        """Log what is new, not more often than every `INTERVAL_S`."""
        now = time.monotonic()
        if self.run.client is None or (now - self._last < INTERVAL_S and not last):
            return
        for trial in trials:
            if time.monotonic() - now > MOST_S and not last:
                break
            if trial.state != "waiting" and trial.number not in self._closed:
                self.run.attempt(lambda trial=trial: self._log(trial))  # type: ignore[misc]
        self._last = time.monotonic()

    def finish(self, trials: Sequence[SweepTrial], pictures: Path, tags: Mapping[str, str]) -> None:
        """Log the study's pictures, its counts and the tags of its best trial."""
        self.show(trials, last=True)
        best = best_trial(trials)
        counts = {f"trials_{state}": float(n) for state, n in count_states(trials).items()}
        if best is not None:
            self.run.log_metrics({**counts, f"best_{OBJECTIVE}": best.value or 0.0})
            winner = {f"best.{k}": str(v) for k, v in best.params.items()}
            self.run.set_tags({"best_trial": str(best.number), **winner, **tags})
            child = PipelineRun(self.run.client, self._children.get(best.number, ""))
            child.set_tags({"best": "true"})
        self.run.log_files(pictures, "*.png", "study")

    def _log(self, trial: SweepTrial) -> None:
        if trial.number not in self._children:
            self._children[trial.number] = self._create(trial)
        self._log_news(trial)
        if trial.state in STATUS:
            self.run.client.set_terminated(self._children[trial.number], STATUS[trial.state])
            self._closed.add(trial.number)

    def _create(self, trial: SweepTrial) -> str:
        tags = {
            PARENT: self.run.run_id,
            NUMBER: str(trial.number),
            SLOT: str(trial.slot),
            PROCESS: str(os.getpid()),
            "worker": trial.worker,
        }
        name = f"trial {trial.number}"
        made = self.run.client.create_run(self.experiment, tags=tags, run_name=name)
        return str(made.info.run_id)

    def _log_news(self, trial: SweepTrial) -> None:
        """Log new epochs, and at the end value and state, in one call: each costs 10 ms."""
        from mlflow.entities import Metric, Param, RunTag

        done, ended = self._logged.get(trial.number), trial.state in STATUS
        now = int(time.time() * 1000)
        metrics = [
            Metric(f"epoch/{name}", value, now, int(epoch["epoch"]))
            for epoch in trial.epochs
            if epoch["epoch"] > (done or 0)
            for name, value in epoch.items()
            if name != "epoch"
        ]
        tags = [RunTag(k, v) for k, v in _last_words(trial).items()] if ended else []
        if trial.state in ("finished", "pruned") and trial.value is not None:
            metrics.append(Metric("value", trial.value, now, 0))
        drawn = ended or bool(trial.epochs)  # before its first epoch values may be missing
        params = [Param(k, str(v)) for k, v in trial.params.items() if drawn and done is None]
        if metrics or params or tags:
            run_id = self._children[trial.number]
            self.run.client.log_batch(run_id, metrics=metrics, params=params, tags=tags)
            self._logged[trial.number] = len(trial.epochs)


def _last_words(trial: SweepTrial) -> dict[str, str]:
    twin = "" if trial.twin is None else str(trial.twin)
    words = {STATE: trial.state, "reason": trial.reason, "same_as_slot": twin}
    return {key: word for key, word in words.items() if word}


@contextmanager
def follow_sweep(config: SearchRunConfig, identity: str) -> Iterator[SweepLog]:
    """Open the parent run of a study, or go on with it; it ends as the block does.

    Parameters
    ----------
    config : SearchRunConfig
        Everything.
    identity : str
        Tells this study from others of its name.
    """
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # a line per trial
    run = _connect(config)
    log = SweepLog(run)
    run.attempt(lambda: _open(log, config, identity))
    status = "FAILED"
    try:
        yield log
        status = "FINISHED"
    except (KeyboardInterrupt, SystemExit):
        status = "KILLED"
        raise
    finally:
        run.attempt(lambda: run.client.set_terminated(run.run_id, status))


def _open(log: SweepLog, config: SearchRunConfig, identity: str) -> None:
    client = log.run.client
    log.experiment = _experiment_id(client, config)
    found = client.search_runs([log.experiment], f"tags.`{STUDY}` = '{identity}'")
    if found:
        log.run.run_id = found[0].info.run_id
        client.update_run(log.run.run_id, status="RUNNING")
        client.set_tag(log.run.run_id, PROCESS, str(os.getpid()))
        log.recall(_children(client, log))
    else:
        _create_parent(log, config, identity)
    _end_abandoned(client, log.experiment)


def _children(client: Any, log: SweepLog) -> list[Any]:
    wanted, found, token = f"tags.`{PARENT}` = '{log.run.run_id}'", [], None
    while True:
        page = client.search_runs([log.experiment], wanted, page_token=token)
        for run in page:
            if run.info.status == "RUNNING":  # of a sweep that was killed; it is ours now
                client.set_tag(run.info.run_id, PROCESS, str(os.getpid()))
        found += page
        token = page.token
        if not token:
            return found


def _create_parent(log: SweepLog, config: SearchRunConfig, identity: str) -> None:
    from mlflow.entities import Param

    tags = {
        STUDY: identity,
        PROCESS: str(os.getpid()),
        "study": config.search.study,
        "dataset": config.dataset.name,
        "model": config.model.kind,
        "mlflow.source.git.commit": git_commit(),
        "mlflow.source.name": "src/search_architecture.py",
    }
    client, name = log.run.client, f"sweep {config.search.study}"
    log.run.run_id = client.create_run(log.experiment, tags=tags, run_name=name).info.run_id
    flat = flatten_config(config).items()
    # A storage's URL may hold a password.
    params = [Param(k, v) for k, v in flat if k != "search.storage"]
    for start in range(0, len(params), 100):  # MLflow takes so many in one call
        client.log_batch(log.run.run_id, params=params[start : start + 100])

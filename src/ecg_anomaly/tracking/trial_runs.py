"""The MLflow runs of a sweep's trials: for each a child of the study's run, with its epochs."""

import os
import time
from typing import Any

from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial
from ecg_anomaly.tracking.store import PARENT, PROCESS
from ecg_anomaly.tracking.tracked_run import TrackedRun

NUMBER, STATE = "ecg_anomaly.trial", "ecg_anomaly.state"

#: How MLflow shows the states of a trial. A pruned one did what it should.
STATUS = {"finished": "FINISHED", "pruned": "KILLED", "failed": "FAILED", "killed": "KILLED"}


class TrialRuns:
    """The children of a study's run; MLflow's errors are the caller's.

    Parameters
    ----------
    parent : TrackedRun
        The study's.
    experiment : str
        Number of the experiment.
    """

    def __init__(self, parent: TrackedRun, experiment: str) -> None:
        self._parent, self._experiment = parent, experiment
        self._children: dict[int, str] = {}
        self._logged: dict[int, int] = {}
        self._closed: set[int] = set()

    def recall(self) -> None:
        """Take in the children that an earlier call of the sweep has logged."""
        client = self._parent.client
        for child in self._find():
            number = int(child.data.tags[NUMBER])
            self._children[number] = child.info.run_id
            if child.info.status not in ("RUNNING", "SCHEDULED"):
                self._closed.add(number)
                continue
            known = client.get_metric_history(child.info.run_id, f"epoch/{OBJECTIVE}")
            self._logged[number] = max((m.step for m in known), default=0)

    def has_news(self, trial: SweepTrial) -> bool:
        """Tell whether something of a trial may have to be logged."""
        return trial.state != "waiting" and trial.number not in self._closed

    def log(self, trial: SweepTrial) -> None:
        """Log what is new of a trial; its run ends with it."""
        if trial.number not in self._children:
            self._children[trial.number] = self._create(trial)
        self._log_news(trial)
        if trial.state in STATUS:
            run_id = self._children[trial.number]
            self._parent.client.set_terminated(run_id, STATUS[trial.state])
            self._closed.add(trial.number)

    def run_of(self, trial: SweepTrial) -> TrackedRun:
        """Return the run of a trial."""
        return TrackedRun(self._parent.client, self._children.get(trial.number, ""))

    def _find(self) -> list[Any]:
        client, found, token = self._parent.client, [], None
        wanted = f"tags.`{PARENT}` = '{self._parent.run_id}'"
        while True:
            page = client.search_runs([self._experiment], wanted, page_token=token)
            for run in page:
                if run.info.status == "RUNNING":  # of a sweep that was killed; it is ours now
                    client.set_tag(run.info.run_id, PROCESS, str(os.getpid()))
            found += page
            token = page.token
            if not token:
                return found

    def _create(self, trial: SweepTrial) -> str:
        tags = {
            PARENT: self._parent.run_id,
            NUMBER: str(trial.number),
            PROCESS: str(os.getpid()),
            "worker": trial.worker,
        }
        name = f"trial {trial.number}"
        created = self._parent.client.create_run(self._experiment, tags=tags, run_name=name)
        return str(created.info.run_id)

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
        tags = [RunTag(k, v) for k, v in _final_tags(trial).items()] if ended else []
        if trial.state in ("finished", "pruned") and trial.value is not None:
            metrics.append(Metric("value", trial.value, now, 0))
        chosen = ended or bool(trial.epochs)  # before its first epoch values may be missing
        params = [Param(k, str(v)) for k, v in trial.params.items() if chosen and done is None]
        if metrics or params or tags:
            run_id = self._children[trial.number]
            self._parent.client.log_batch(run_id, metrics=metrics, params=params, tags=tags)
            self._logged[trial.number] = len(trial.epochs)


def _final_tags(trial: SweepTrial) -> dict[str, str]:
    same = "" if trial.duplicate_of is None else str(trial.duplicate_of)
    words = {STATE: trial.state, "reason": trial.reason, "duplicate_of": same}
    return {key: word for key, word in words.items() if word}

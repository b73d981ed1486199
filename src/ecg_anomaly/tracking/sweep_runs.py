"""The MLflow runs of a sweep: one parent for the study, one child for each trial.

Workers write to the study alone. The sweep reads it and passes on to MLflow what is new, several
epochs in one call: MLflow is written by one process, and a trial does not wait for it.
"""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial, best_trial, count_states
from ecg_anomaly.tracking.store import PROCESS, end_abandoned, experiment_id, git_commit
from ecg_anomaly.tracking.tracked_run import TrackedRun, connect, flatten_config
from ecg_anomaly.tracking.trial_runs import TrialRuns

STUDY = "ecg_anomaly.study"

#: Seconds between two calls with new epochs, and after which a call leaves the rest to the next:
#: a slow server must not keep the sweep from looking after its workers.
INTERVAL_S, MOST_S = 3.0, 1.0


class SweepLog:
    """Passes on to MLflow what is new in a study; a failure of MLflow is one warning.

    Parameters
    ----------
    run : TrackedRun
        The parent run.
    """

    def __init__(self, run: TrackedRun) -> None:
        self.run = run
        self._trials = TrialRuns(run, "")
        self._last = -INTERVAL_S

    def open(self, config: SearchRunConfig, identity: str) -> None:
        """Continue the parent run of a study, or create it."""
        client = self.run.client
        experiment = experiment_id(client, config.tracking)
        self._trials = TrialRuns(self.run, experiment)
        found = client.search_runs([experiment], f"tags.`{STUDY}` = '{identity}'")
        if found:
            self.run.run_id = found[0].info.run_id
            client.update_run(self.run.run_id, status="RUNNING")
            client.set_tag(self.run.run_id, PROCESS, str(os.getpid()))
            self._trials.recall()
        else:
            _create_parent(self.run, experiment, config, identity)
        end_abandoned(client, experiment)

    def show(self, trials: Sequence[SweepTrial], last: bool = False) -> None:
        """Log what is new, not more often than every `INTERVAL_S`."""
        now = time.monotonic()
        if self.run.client is None or (now - self._last < INTERVAL_S and not last):
            return
        for trial in trials:
            if time.monotonic() - now > MOST_S and not last:
                break
            if self._trials.has_news(trial):
                self.run.attempt(lambda trial=trial: self._trials.log(trial))  # type: ignore[misc]
        self._last = time.monotonic()

    def finish(self, trials: Sequence[SweepTrial], plots: Path, tags: Mapping[str, str]) -> None:
        """Log the study's plots, its counts and the tags of its best trial."""
        self.show(trials, last=True)
        best = best_trial(trials)
        counts = {f"trials_{state}": float(n) for state, n in count_states(trials).items()}
        if best is not None:
            self.run.log_metrics({**counts, f"best_{OBJECTIVE}": best.value or 0.0})
            winner = {f"best.{k}": str(v) for k, v in best.params.items()}
            self.run.set_tags({"best_trial": str(best.number), **winner, **tags})
            self._trials.run_of(best).set_tags({"best": "true"})
        self.run.log_files(plots, "*.png", "study")


@contextmanager
def follow_sweep(config: SearchRunConfig, identity: str) -> Iterator[SweepLog]:
    """Open the parent run of a study, or continue it; it ends as the block does.

    Parameters
    ----------
    config : SearchRunConfig
        Everything.
    identity : str
        Tells this study from others of its name.
    """
    os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")  # a line per trial
    run = connect(config.tracking)
    log = SweepLog(run)
    run.attempt(lambda: log.open(config, identity))
    status = "FAILED"
    try:
        yield log
        status = "FINISHED"
    except (KeyboardInterrupt, SystemExit):
        status = "KILLED"
        raise
    finally:
        run.attempt(lambda: run.client.set_terminated(run.run_id, status))


def _create_parent(
    run: TrackedRun, experiment: str, config: SearchRunConfig, identity: str
) -> None:
    tags = {
        STUDY: identity,
        "study": config.search.study,
        "dataset": config.dataset.name,
        "model": config.model.kind,
        "mlflow.source.git.commit": git_commit(),
        "mlflow.source.name": "src/search_architecture.py",
    }
    run.create(experiment, f"sweep {config.search.study}", tags)
    # The URL of a storage may hold a password.
    flat = flatten_config(config)
    run.log_parameters({key: value for key, value in flat.items() if key != "search.storage"})

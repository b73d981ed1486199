"""Train one trial of a study again, alone, and compare the result with the study's.

    python src/train_trial.py search.trial=12 [what src/search_architecture.py was called with]

A script of its own: stage `train` reads params.yaml alone and knows nothing of studies.
"""

import os
import sys
from pathlib import Path

from ecg_anomaly.config.hydra_search import search
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.attempt import configure_trial, trial_seed
from ecg_anomaly.search.objective import Epoch, train_trial
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import find_storage
from ecg_anomaly.search.study import join_study, read_trials
from ecg_anomaly.search.sweep_beats import digest_beats, open_beats
from ecg_anomaly.search.sweep_table import describe_params
from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial
from ecg_anomaly.search.worker_processes import ONE_THREAD

DATA = Path("data")


def train_one(config: SearchRunConfig) -> None:
    """Find the trial, train it as its worker did, print every epoch beside the study's."""
    os.environ.update(ONE_THREAD)
    axes, number = read_space(config.search), config.search.trial
    data = digest_beats(DATA, config, axes)
    study = join_study(find_storage(config.search), config, axes, data)
    trial = next((t for t in read_trials(study) if t.number == number), None)
    if trial is None or len(trial.params) < len(axes):
        rule = f"the study {config.search.study!r} has no trial {number} with all its values"
        raise UserError("search.trial", rule, "choose one that ended")
    print(f"trial {trial.number}: {describe_params(trial)}")
    chosen = configure_trial(config, trial.params, trial_seed(config, trial.slot))
    beats = open_beats(DATA, config, axes)(chosen)
    value = train_trial(beats, chosen, lambda metrics: compare(trial, metrics))
    print(f"value {value!r}, in the study {trial.value!r} ({trial.state})")


def compare(trial: SweepTrial, metrics: Epoch) -> None:
    """Print one epoch beside the study's."""
    step = int(metrics["epoch"])
    theirs = trial.epochs[step - 1][OBJECTIVE] if step <= len(trial.epochs) else None
    line = f"epoch {step}: {metrics[OBJECTIVE]!r}, in the study {theirs!r}"
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    search(train_one)()

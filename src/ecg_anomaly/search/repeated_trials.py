"""Trials of the same values: taken from the one before, or trained again to be compared with it."""

import os
import sys
from collections.abc import Callable, Sequence

import optuna
from optuna.exceptions import TrialPruned
from optuna.trial import Trial

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.search.space import SearchParameter
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import (
    DUPLICATE_OF,
    ENDED,
    OBJECTIVE,
    Params,
    SweepTrial,
    configure_trial,
)
from ecg_anomaly.search.worker_processes import ONE_THREAD

#: Trains one network and returns its value; reports each epoch.
Train = Callable[[PipelineConfig, Callable[[Epoch], None]], float]


class DuplicateFailedError(Exception):
    """An earlier trial with the same values has failed."""


def find_duplicate(params: Params, trials: Sequence[SweepTrial]) -> SweepTrial | None:
    """Return the first trial with the same values that has ended; None when there is none."""
    ended = (t for t in trials if t.state in ENDED)
    return next(
        (t for t in ended if t.duplicate_of is None and dict(t.params) == dict(params)), None
    )


def take_result(trial: Trial, known: SweepTrial) -> float:
    """End a trial as the earlier one with the same values did.

    Parameters
    ----------
    trial : Trial
        Under way.
    known : SweepTrial
        From `find_duplicate`.

    Returns
    -------
    float
        Its value.

    Raises
    ------
    TrialPruned
        When it was pruned.
    DuplicateFailedError
        When it has failed.
    """
    trial.set_user_attr(DUPLICATE_OF, known.number)
    if known.state == "pruned":
        raise TrialPruned
    if known.state == "failed" or known.value is None:
        raise DuplicateFailedError(known.reason)
    return known.value


def train_again(
    study: optuna.Study,
    config: SearchRunConfig,
    parameters: tuple[SearchParameter, ...],
    train: Train,
) -> float:
    """Train trial ``search.trial`` of a study again, alone, and print both results.

    Returns
    -------
    float
        The new value: the study's own, unless data or versions have changed.

    Raises
    ------
    UserError
        When the study has no such trial, or it never began to train.
    """
    os.environ.update(ONE_THREAD)
    number = config.search.trial
    trial = next((t for t in read_trials(study) if t.number == number), None)
    if trial is not None and trial.duplicate_of is not None:
        raise UserError(
            "search.trial", f"trial {number} took its result from an equal one",
            f"choose trial {trial.duplicate_of}",
        )  # fmt: skip
    if trial is None or trial.seed is None or len(trial.params) < len(parameters):
        rule = f"the study {study.study_name!r} has no trial {number} with all its values"
        raise UserError("search.trial", rule, "choose one that ended")
    known = {int(epoch["epoch"]): epoch[OBJECTIVE] for epoch in trial.epochs}

    def compare(metrics: Epoch) -> None:
        step = int(metrics["epoch"])
        line = f"epoch {step}: {metrics[OBJECTIVE]!r}, in the study {known.get(step)!r}"
        print(line, file=sys.stderr, flush=True)

    print(f"trial {number}: {dict(trial.params)}")
    value = train(configure_trial(config, trial.params, trial.seed), compare)
    print(f"value {value!r}, in the study {trial.value!r} ({trial.state})")
    return value

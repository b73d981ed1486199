"""Repair of a study after somebody was killed: what he was at has failed, and its slot waits."""

import warnings
from collections.abc import Callable

import optuna
from optuna.exceptions import ExperimentalWarning
from optuna.trial import TrialState

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.bids import possible_owners
from ecg_anomaly.search.ending import end_trial
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import Axis


def repair_study(
    study: optuna.Study,
    config: SearchRunConfig,
    axes: tuple[Axis, ...],
    lost: Callable[[str], bool],
) -> None:
    """Mark what nobody is at work on any more, and put its slots up again.

    Parameters
    ----------
    study : optuna.Study
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
        The space.
    lost : callable
        Tells of a worker whether it is gone.
    """
    fail_silent(study)
    fail_running(study, lost)
    fill_slots(study, config, axes)


def fail_running(study: optuna.Study, lost: Callable[[str], bool]) -> int:
    """Mark trials under way whose worker is gone; return how many there were.

    Parameters
    ----------
    study : optuna.Study
    lost : callable
        Tells of a worker whether it is gone; a trial is lost when everybody is who may own it.
    """
    gone = 0
    for frozen in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if all(lost(name) for name in possible_owners(frozen.user_attrs)):
            gone += end_trial(study, frozen.number, TrialState.FAIL)
    return gone


def fail_silent(study: optuna.Study) -> None:
    """Mark trials whose worker has given no sign of life for long; a journal knows no such."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        optuna.storages.fail_stale_trials(study)

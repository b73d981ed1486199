"""A study in its storage: begun once, continued by later calls, repaired after a kill."""

import uuid
import warnings
from collections.abc import Callable

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.storages import BaseStorage, RetryHeartbeatStaleTrialCallback
from optuna.trial import TrialState

from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import (
    SearchParameter,
    configured_point,
    describe_fixed,
    describe_space,
)
from ecg_anomaly.search.trials import SweepTrial, read_trial

#: Attributes of a study: which of that name it is, and what its trials have in common.
IDENTITY, METHOD = "identity", "method"


def begin_study(
    storage: BaseStorage,
    config: SearchRunConfig,
    parameters: tuple[SearchParameter, ...],
    data: str,
) -> optuna.Study:
    """Create a study whose first trial is the configured network, or continue it.

    Parameters
    ----------
    storage : BaseStorage
        From `open_storage`.
    config : SearchRunConfig
        Everything.
    parameters : tuple of SearchParameter
        The space.
    data : str
        Digest of the features.

    Raises
    ------
    UserError
        When the study was made with another space, other fixed values or other data. Nothing
        has been written then.
    """
    quiet()
    name, method = config.search.study, describe_method(config, parameters, data)
    if name in optuna.get_all_study_names(storage):
        study = optuna.load_study(study_name=name, storage=storage)
    else:
        study = optuna.create_study(study_name=name, storage=storage, direction="maximize")
    if METHOD not in study.user_attrs and not study.get_trials(deepcopy=False):
        study.set_user_attr(IDENTITY, uuid.uuid4().hex)
        study.set_user_attr(METHOD, method)
        study.enqueue_trial(configured_point(parameters, config))
    check_method(study, method)
    return study


def join_study(
    storage: BaseStorage,
    config: SearchRunConfig,
    parameters: tuple[SearchParameter, ...],
    data: str,
) -> optuna.Study:
    """Load a study that a sweep has begun.

    Raises
    ------
    UserError
        When there is none of this name, or it was made with something else.
    """
    quiet()
    name = config.search.study
    if name not in optuna.get_all_study_names(storage):
        rule = f"no study {name!r} in the storage"
        raise UserError("search.study", rule, "begin it with src/search_architecture.py")
    study = optuna.load_study(study_name=name, storage=storage)
    check_method(study, describe_method(config, parameters, data))
    return study


def load_study(storage: BaseStorage, config: SearchConfig) -> optuna.Study:
    """Load a study to look at it, whatever it was made with."""
    quiet()
    return optuna.load_study(study_name=config.study, storage=storage)


def read_trials(study: optuna.Study) -> list[SweepTrial]:
    """Read all trials, killed ones too, by number."""
    return [read_trial(frozen) for frozen in study.get_trials(deepcopy=False)]


def retry_running(
    study: optuna.Study, retries: int, is_lost: Callable[[SweepTrial], bool] = lambda _: True
) -> int:
    """Fail running trials whose worker is dead and queue their values again; return how many.

    A journal has no heartbeats, after which Optuna would do the same by itself.

    Parameters
    ----------
    study : optuna.Study
    retries : int
        How often one set of values is tried again: its training may be what kills the workers.
    is_lost : callable
        Tells whether the worker of a running trial is dead.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        retry, lost = RetryHeartbeatStaleTrialCallback(max_retry=retries), 0
    for frozen in study.get_trials(states=(TrialState.RUNNING,)):
        if is_lost(read_trial(frozen)):
            try:
                study.tell(frozen.number, state=TrialState.FAIL)
            except (UpdateFinishedTrialError, ValueError):  # it has ended in the meantime
                continue
            retry(study, frozen)
            lost += 1
    return lost


def describe_method(
    config: SearchRunConfig, parameters: tuple[SearchParameter, ...], data: str
) -> dict[str, str]:
    """Describe everything beside its own values that can change the result of a trial."""
    fixed = describe_fixed(parameters, config)
    space = {f"space of {name}": text for name, text in describe_space(parameters).items()}
    keys = ("objective_beats", "seed")
    search = {f"search.{key}": str(getattr(config.search, key)) for key in keys}
    return {**space, **fixed, **search, "data/features": data[:16]}


def check_method(study: optuna.Study, method: dict[str, str]) -> None:
    """Refuse a study that was made with something else: its trials could not be compared.

    Raises
    ------
    UserError
        Names the first difference.
    """
    theirs: dict[str, str] = study.user_attrs.get(METHOD, {})
    for name in [*method, *theirs]:
        if method.get(name) != theirs.get(name):
            rule = (
                f"the study {study.study_name!r} was made with {name} "
                f"{theirs.get(name, '(not searched)')}, not {method.get(name, '(not searched)')}"
            )
            raise UserError("search.study", rule, "choose another name, or what it was made with")


def quiet() -> None:
    """Keep Optuna's own lines off the table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)

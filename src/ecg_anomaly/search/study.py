"""A study: begun once, gone on with by whoever comes."""

import uuid

import optuna
from optuna.storages import BaseStorage

from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import Axis
from ecg_anomaly.search.study_method import METHOD, check_method, describe_method
from ecg_anomaly.search.trials import SURPLUS, SweepTrial, keep_one_per_slot, read_trial

#: Attribute that tells a study from an earlier one of the same name.
IDENTITY = "identity"


def begin_study(
    storage: BaseStorage, config: SearchRunConfig, axes: tuple[Axis, ...], data: str
) -> optuna.Study:
    """Create a study, or go on with the one of this name.

    Parameters
    ----------
    storage : BaseStorage
        From `open_storage`.
    config : SearchRunConfig
        Everything.
    axes : tuple of Axis
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
    name, method = config.search.study, describe_method(config, axes, data)
    if name not in optuna.get_all_study_names(storage):
        study = optuna.create_study(study_name=name, storage=storage, direction="maximize")
    else:
        study = optuna.load_study(study_name=name, storage=storage)
    if METHOD not in study.user_attrs and not study.get_trials(deepcopy=False):
        study.set_user_attr(IDENTITY, uuid.uuid4().hex)
        study.set_user_attr(METHOD, method)
    check_method(study, method)
    return study


def join_study(
    storage: BaseStorage, config: SearchRunConfig, axes: tuple[Axis, ...], data: str
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
    check_method(study, describe_method(config, axes, data))
    return study


def load_study(storage: BaseStorage, config: SearchConfig) -> optuna.Study:
    """Load a study to look at it, whatever it was made with."""
    quiet()
    return optuna.load_study(study_name=config.study, storage=storage)


def read_trials(study: optuna.Study) -> list[SweepTrial]:
    """Read all trials, killed ones too, by number; one of a slot at most has ended."""
    frozen = study.get_trials(deepcopy=False)
    return keep_one_per_slot([read_trial(f) for f in frozen if SURPLUS not in f.user_attrs])


def quiet() -> None:
    """Keep Optuna's own lines off the table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)

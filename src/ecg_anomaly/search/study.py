"""A study: begun once, gone on with by whoever comes, and repaired after whoever was killed.

A sweep of N trials has N slots. Each waits in the study as a trial without values; a worker claims
one, draws its values and trains. When the worker dies the trial has failed without a reason, and
its slot waits again with the same values. So the number of trials that end by themselves is exact,
however often somebody was killed.
"""

import uuid
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import Any

import optuna
from optuna.exceptions import ExperimentalWarning, UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import TrialState, create_trial

from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.search.space import (
    Axis,
    Params,
    configured_point,
    describe_fixed,
    describe_space,
)
from ecg_anomaly.search.trials import (
    ENDED,
    REASON,
    SLOT,
    SURPLUS,
    SweepTrial,
    keep_one_per_slot,
    read_trial,
)

#: Attribute of a study that says what its trials have in common.
METHOD = "method"

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


def describe_method(config: SearchRunConfig, axes: tuple[Axis, ...], data: str) -> dict[str, str]:
    """Say what can change the value of a trial beside its own draws, each in a short text."""
    fixed = describe_fixed(axes, config)
    space = {f"space of {name}": text for name, text in describe_space(axes).items()}
    search = {f"search.{key}": str(getattr(config.search, key)) for key in ("judged", "seed")}
    return {**space, **fixed, **search, "data/features": data[:16]}


def check_method(study: optuna.Study, method: dict[str, str]) -> None:
    """Refuse a study that was made with something else.

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


def read_trials(study: optuna.Study) -> list[SweepTrial]:
    """Read all trials, killed ones too, by number; one of a slot at most has ended."""
    frozen = study.get_trials(deepcopy=False)
    return keep_one_per_slot([read_trial(f) for f in frozen if SURPLUS not in f.user_attrs])


def fill_slots(study: optuna.Study, config: SearchRunConfig, axes: tuple[Axis, ...]) -> None:
    """Let every slot wait that has neither ended nor is under way.

    Parameters
    ----------
    study : optuna.Study
    config : SearchRunConfig
        ``search.n_trials`` slots; a slot whose worker was killed more than ``search.retries``
        times gets a failed trial instead.
    axes : tuple of Axis
        Slot 0 takes the configured values that lie on them.
    """
    by_slot: dict[int, list[SweepTrial]] = defaultdict(list)
    for trial in read_trials(study):
        by_slot[trial.slot].append(trial)
    for slot in range(config.search.n_trials):
        mine = by_slot[slot]
        if any(t.state in (*ENDED, "waiting", "running") for t in mine):
            continue
        if len(mine) > config.search.retries:
            _give_up(study, slot, mine[-1].params, len(mine))
        else:
            first = configured_point(axes, config) if slot == 0 else {}
            values = mine[-1].params if mine else first
            study.enqueue_trial(dict(values), user_attrs={SLOT: slot})


def is_surplus(study: optuna.Study, number: int, slot: int) -> bool:
    """Tell whether an earlier trial has this slot: two workers may have put it up at once."""
    mine = [t for t in read_trials(study) if t.slot == slot and t.number != number]
    return any(
        t.state in ENDED or (t.state in ("waiting", "running") and t.number < number) for t in mine
    )


def fail_running(study: optuna.Study, lost: Callable[[SweepTrial], bool]) -> int:
    """Mark trials under way whose worker is gone; return how many there were.

    Parameters
    ----------
    study : optuna.Study
    lost : callable
        Tells of a running trial whether its worker is gone.
    """
    gone = 0
    for frozen in study.get_trials(deepcopy=False, states=(TrialState.RUNNING,)):
        if lost(read_trial(frozen)):
            gone += end_trial(study, frozen.number, TrialState.FAIL)
    return gone


def fail_silent(study: optuna.Study) -> None:
    """Mark trials whose worker has given no sign of life for long; a journal knows no such."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExperimentalWarning)
        optuna.storages.fail_stale_trials(study)


def end_trial(
    study: optuna.Study, number: int, state: TrialState, value: float | None = None
) -> bool:
    """End a trial; False when somebody else has ended it."""
    try:
        study.tell(number, value, state=state)
    except (UpdateFinishedTrialError, ValueError):
        return False
    return True


def same_trial(params: Params, trials: Collection[SweepTrial]) -> SweepTrial | None:
    """Return the first ended trial with the same values."""
    ended = (t for t in trials if t.state in ENDED and t.twin is None)
    return next((t for t in ended if dict(t.params) == dict(params)), None)


def quiet() -> None:
    """Keep Optuna's own lines off the table."""
    optuna.logging.set_verbosity(optuna.logging.ERROR)


def _give_up(study: optuna.Study, slot: int, params: Params, kills: int) -> None:
    reason = f"its worker was killed {kills} times, perhaps for the memory it took"
    attrs: dict[str, Any] = {SLOT: slot, REASON: reason, "values": dict(params)}
    study.add_trial(create_trial(state=TrialState.FAIL, user_attrs=attrs))

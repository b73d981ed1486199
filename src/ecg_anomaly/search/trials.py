"""A trial of a study: its values in the configuration, how it ended, and what it reported."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from optuna.trial import FrozenTrial, TrialState

from ecg_anomaly.config.pipeline_schema import PipelineConfig

Params = Mapping[str, Any]

#: What a list is joined with: a study holds numbers and text alone.
AND = " + "

#: States of a trial. ``failed``: it cannot be trained. ``killed``: its worker died, and its values
#: are tried again.
STATES = ("waiting", "running", "finished", "pruned", "failed", "killed")

#: States of the trials that count towards ``search.n_trials``.
ENDED = ("finished", "pruned", "failed")

#: Only a trial whose worker has died is failed in Optuna's sense. One that cannot be trained is
#: pruned, with the reason: TPE learns to avoid its values, while it leaves failed trials out.
_STATES = {
    TrialState.WAITING: "waiting",
    TrialState.RUNNING: "running",
    TrialState.COMPLETE: "finished",
    TrialState.PRUNED: "pruned",
    TrialState.FAIL: "killed",
}

#: Attributes that a worker writes beside Optuna's own.
WORKER, REASON, DUPLICATE_OF, EPOCH, SEED = "worker", "reason", "duplicate_of", "epoch_", "seed"

#: Name of the metric that trials are compared by, in every epoch.
OBJECTIVE = "subject_average_precision"


@dataclass(frozen=True)
class SweepTrial:
    """One trial.

    Attributes
    ----------
    number : int
        In the study.
    state : str
        One of `STATES`.
    params : mapping
        Values of the searched parameters, by dotted name.
    value : float or None
        Value of the objective; of a pruned trial the last epoch's.
    epochs : list of dict
        Metrics of each epoch.
    reason : str
        Why it failed.
    duplicate_of : int or None
        Number of the earlier trial with the same values, whose result it took.
    worker : str
        Number of the worker and its machine.
    seed : int or None
        The training's; None before it began.
    seconds : float
        Time it took, s; 0 while it runs.
    """

    number: int
    state: str
    params: Params
    value: float | None
    epochs: list[dict[str, float]]
    reason: str
    duplicate_of: int | None
    worker: str
    seed: int | None
    seconds: float


def read_trial(frozen: FrozenTrial) -> SweepTrial:
    """Read what the storage says of a trial."""
    attrs = frozen.user_attrs
    took = frozen.duration.total_seconds() if frozen.duration is not None else 0.0
    return SweepTrial(
        number=frozen.number,
        state=_state(frozen),
        params=frozen.params,
        value=frozen.value if frozen.state.is_finished() else None,
        epochs=_epochs(frozen),
        reason=str(attrs.get(REASON, "")),
        duplicate_of=attrs.get(DUPLICATE_OF),
        worker=str(attrs.get(WORKER, "")),
        seed=attrs.get(SEED),
        seconds=took,
    )


def count_states(trials: Sequence[SweepTrial]) -> Counter[str]:
    """Count trials by state."""
    return Counter(trial.state for trial in trials)


def count_ended(trials: Sequence[SweepTrial]) -> int:
    """Count the trials that have ended by themselves."""
    return sum(trial.state in ENDED for trial in trials)


def worker_number(name: str) -> int | None:
    """Return the number of the worker that a trial names; None when it names none."""
    number = name.partition(" ")[0]
    return int(number) if number.isdigit() else None


def best_trial(trials: Sequence[SweepTrial]) -> SweepTrial | None:
    """Return the finished trial with the largest value, the first of equals."""
    finished = [t for t in trials if t.state == "finished" and t.value is not None]
    return min(finished, key=lambda t: (-(t.value or 0.0), t.number), default=None)


def configure(config: PipelineConfig, params: Params) -> PipelineConfig:
    """Put the values of a trial in the place of the configured ones.

    Raises
    ------
    UserError
        When a value breaks the rule of its key.
    """
    tree: dict[str, Any] = {}
    for name, value in params.items():
        *groups, key = name.split(".")
        place = tree
        for group in groups:
            place = place.setdefault(group, {})
        place[key] = value
    changed: PipelineConfig = _replace(config, tree)
    return changed


def configure_trial(config: PipelineConfig, params: Params, seed: int) -> PipelineConfig:
    """Put values and training seed of a trial in the place of the configured ones."""
    changed = configure(config, params)
    return replace(changed, training=replace(changed.training, seed=seed))


def value_of(config: PipelineConfig, name: str) -> Any:
    """Return the configured value of a dotted name, as a study holds it."""
    value: Any = config
    for key in name.split("."):
        value = getattr(value, key)
    return to_study(value)


def to_study(value: Any) -> Any:
    """Turn a list into text; other values are as they are."""
    return AND.join(value) if isinstance(value, list) else value


def _replace(config: Any, tree: dict[str, Any]) -> Any:
    """Change values at any depth, all of a group at once: a rule may read two of them."""
    changed = {}
    for key, value in tree.items():
        former = getattr(config, key)
        if isinstance(value, dict):
            changed[key] = _replace(former, value)
        else:
            changed[key] = value.split(AND) if isinstance(former, list) else value
    return replace(config, **changed)


def _state(frozen: FrozenTrial) -> str:
    if frozen.state == TrialState.PRUNED and REASON in frozen.user_attrs:
        return "failed"
    return _STATES[frozen.state]


def _epochs(frozen: FrozenTrial) -> list[dict[str, float]]:
    return [
        {"epoch": float(step), **frozen.user_attrs.get(f"{EPOCH}{step}", {}), OBJECTIVE: value}
        for step, value in sorted(frozen.intermediate_values.items())
    ]

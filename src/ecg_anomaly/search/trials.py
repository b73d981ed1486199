"""A trial as the table, the log and the worker see it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.trial import FrozenTrial

#: States of a trial. ``killed``: its worker died over it, and its slot is tried again.
STATES = ("waiting", "running", "finished", "pruned", "failed", "killed")
ENDED = ("finished", "pruned", "failed")

#: What a worker writes beside a trial.
SLOT, WORKER, REASON, TWIN, EPOCH, SEED = "slot", "worker", "reason", "twin", "epoch_", "seed"

#: Mark of a trial that was given back at once: its slot had been put up twice.
SURPLUS = "surplus"

#: Name of the figure that trials are judged by, in every epoch.
OBJECTIVE = "subject_average_precision"


@dataclass(frozen=True)
class SweepTrial:
    """One trial.

    Attributes
    ----------
    number : int
        In the study, killed ones counted too.
    slot : int
        Its place in the sweep, 0 to ``n_trials - 1``; what is tried again keeps its slot.
    state : str
        One of `STATES`.
    params : mapping
        Values of the space, by dotted name.
    value : float or None
        What it is judged by; of a pruned one the last epoch's.
    epochs : list of dict
        Figures of each epoch.
    reason : str
        Why it failed.
    twin : int or None
        Slot of the equal trial whose result it took.
    worker : str
        Machine and process.
    seconds : float
        Time it took, s; 0 while it runs.
    """

    number: int
    slot: int
    state: str
    params: Mapping[str, Any]
    value: float | None
    epochs: list[dict[str, float]]
    reason: str
    twin: int | None
    worker: str
    seconds: float


def read_trial(frozen: "FrozenTrial") -> SweepTrial:
    """Read what the storage says of a trial."""
    attrs = frozen.user_attrs
    took = frozen.duration.total_seconds() if frozen.duration is not None else 0.0
    return SweepTrial(
        number=frozen.number,
        slot=int(attrs.get(SLOT, frozen.number)),
        state=_state(frozen),
        params=frozen.params,
        value=frozen.value if frozen.state.is_finished() else None,
        epochs=_epochs(frozen),
        reason=str(attrs.get(REASON, "")),
        twin=attrs.get(TWIN),
        worker=str(attrs.get(WORKER, "")),
        seconds=took,
    )


def keep_one_per_slot(trials: Sequence[SweepTrial]) -> list[SweepTrial]:
    """Leave out trials whose slot another one has ended before, whatever they say."""
    ended: set[int] = set()
    kept = []
    for trial in trials:
        if trial.state in ENDED and trial.slot in ended:
            continue
        ended |= {trial.slot} if trial.state in ENDED else set()
        kept.append(trial)
    return kept


def count_states(trials: Sequence[SweepTrial]) -> Counter[str]:
    """Count trials by state."""
    return Counter(trial.state for trial in trials)


def best_trial(trials: Sequence[SweepTrial]) -> SweepTrial | None:
    """Return the finished trial with the largest value, the first of equals."""
    finished = [t for t in trials if t.state == "finished" and t.value is not None]
    return min(finished, key=lambda t: (-(t.value or 0.0), t.slot), default=None)


def _state(frozen: "FrozenTrial") -> str:
    name = frozen.state.name
    if name == "FAIL":
        # A worker gives the reason before it says FAIL; who was killed gave none.
        return "failed" if REASON in frozen.user_attrs else "killed"
    plain = {"COMPLETE": "finished", "PRUNED": "pruned", "RUNNING": "running"}
    return plain.get(name, "waiting")


def _epochs(frozen: "FrozenTrial") -> list[dict[str, float]]:
    return [
        {"epoch": float(step), **frozen.user_attrs.get(f"{EPOCH}{step}", {}), OBJECTIVE: value}
        for step, value in sorted(frozen.intermediate_values.items())
    ]

"""How a trial ends: by a value, as its twin did, or for a reason; and by one hand alone."""

from collections.abc import Collection

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.trial import Trial, TrialState

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.configuring import Params
from ecg_anomaly.search.trials import ENDED, REASON, TWIN, SweepTrial
from ecg_anomaly.search.worker_log import say


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


def end_as(trial: Trial, twin: SweepTrial) -> None:
    """Take over the result of an equal trial."""
    trial.set_user_attr(TWIN, twin.slot)
    if twin.state == "finished":
        end_trial(trial.study, trial.number, TrialState.COMPLETE, twin.value)
    elif twin.state == "pruned":
        end_trial(trial.study, trial.number, TrialState.PRUNED)
    else:
        trial.set_user_attr(REASON, twin.reason)
        end_trial(trial.study, trial.number, TrialState.FAIL)


def fail_trial(trial: Trial, error: Exception) -> None:
    """End a trial that cannot be trained: it does not fit, diverges, or takes too much memory."""
    memory = isinstance(error, MemoryError) or "ResourceExhausted" in type(error).__name__
    reason = "out of memory" if memory else " ".join(str(error).split())[:300]
    known = memory or isinstance(error, UserError)
    trial.set_user_attr(REASON, reason if known else f"{type(error).__name__}: {reason}")
    end_trial(trial.study, trial.number, TrialState.FAIL)
    say(f"trial {trial.number} failed: {reason}")

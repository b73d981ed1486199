"""Claim a slot: of all workers one gets it, and it is never nobody's."""

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.storages import BaseStorage
from optuna.trial import FrozenTrial, TrialState

from ecg_anomaly.search.bids import leave_bid, take_back
from ecg_anomaly.search.ending import end_trial
from ecg_anomaly.search.life import show_life
from ecg_anomaly.search.slots import is_surplus
from ecg_anomaly.search.trials import SURPLUS, WORKER, read_trial


def claim_slot(
    study: optuna.Study, storage: BaseStorage, worker: str, n_trials: int
) -> tuple[int, int] | None:
    """Take the first waiting slot that nobody else takes.

    Parameters
    ----------
    study : optuna.Study
    storage : BaseStorage
        Of the study.
    worker : str
        Who claims.
    n_trials : int
        Slots from here on were put up by an earlier call that wanted more.

    Returns
    -------
    (int, int) or None
        The storage's key of the trial, and its slot. By slot and not by number: what is tried
        again comes before what it came before the first time, so that a sweep of one worker that
        was interrupted draws what it would have drawn.
    """
    study_id = storage.get_study_id_from_name(study.study_name)
    waiting = study.get_trials(deepcopy=False, states=(TrialState.WAITING,))
    for frozen in sorted(waiting, key=lambda t: (read_trial(t).slot, t.number)):
        slot = read_trial(frozen).slot
        if slot >= n_trials:
            break
        trial_id = storage.get_trial_id_from_study_id_trial_number(study_id, frozen.number)
        try:
            if _claim(study, storage, worker, frozen, trial_id):
                return trial_id, slot
        except UpdateFinishedTrialError:
            continue
    return None


def _claim(
    study: optuna.Study, storage: BaseStorage, worker: str, frozen: FrozenTrial, trial_id: int
) -> bool:
    # Before it is claimed: whoever is killed a moment later has left his name.
    bid = leave_bid(storage, trial_id, worker)
    show_life(storage, trial_id)
    if not storage.set_trial_state_values(trial_id, state=TrialState.RUNNING):
        take_back(storage, trial_id, bid)
        return False
    # By the winner alone, and after it has won: a loser's name never stands here.
    storage.set_trial_user_attr(trial_id, WORKER, worker)
    if not is_surplus(study, frozen.number, read_trial(frozen).slot):
        return True
    storage.set_trial_user_attr(trial_id, SURPLUS, True)
    end_trial(study, frozen.number, TrialState.FAIL)
    return False

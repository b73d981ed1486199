"""The slots of a study: each waits, is under way or has ended, and none does two of these.

A sweep of N trials has N slots. Each waits in the study as a trial without values; a worker claims
one, draws its values and trains. When the worker dies the trial has failed without a reason, and
its slot waits again with the same values. So the number of trials that end by themselves is exact,
however often somebody was killed.
"""

from collections import defaultdict
from typing import Any

import optuna
from optuna.trial import TrialState, create_trial

from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.configuring import Params
from ecg_anomaly.search.space import Axis, configured_point
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import ENDED, REASON, SLOT, SweepTrial


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


def _give_up(study: optuna.Study, slot: int, params: Params, kills: int) -> None:
    reason = f"its worker was killed {kills} times, perhaps for the memory it took"
    attrs: dict[str, Any] = {SLOT: slot, REASON: reason, "values": dict(params)}
    study.add_trial(create_trial(state=TrialState.FAIL, user_attrs=attrs))

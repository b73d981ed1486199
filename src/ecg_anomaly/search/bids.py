"""Bids on a slot: who may have claimed a trial, until the one who has says so.

Storages tell the one who sets a trial running that it was him, and nobody else: a trial has no
field that the change of state writes along. So each worker bids before, under a key of its own,
and whoever loses takes the bid back. Of a trial under way the owner is then always among the open
bids, whoever was killed between any two writes.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from optuna.storages import BaseStorage

from ecg_anomaly.search.trials import WORKER

#: Begin of the attributes that hold the bids.
BID = "bid_"


def leave_bid(storage: BaseStorage, trial_id: int, worker: str) -> str:
    """Bid on a trial that waits; return the bid's key, which no other bid has."""
    key = f"{BID}{uuid.uuid4().hex}"
    storage.set_trial_user_attr(trial_id, key, worker)
    return key


def take_back(storage: BaseStorage, trial_id: int, key: str) -> None:
    """Take back a bid that has lost."""
    storage.set_trial_user_attr(trial_id, key, "")


def possible_owners(attrs: Mapping[str, Any]) -> list[str]:
    """Name everybody who may be at work on a trial under way.

    Parameters
    ----------
    attrs : mapping
        User attributes of the trial.

    Returns
    -------
    list of str
        The owner alone, once it has said so; else whose bids are open. An empty name when nobody
        has left one.
    """
    if WORKER in attrs:
        return [str(attrs[WORKER])]
    return [str(name) for key, name in attrs.items() if key.startswith(BID) and name] or [""]

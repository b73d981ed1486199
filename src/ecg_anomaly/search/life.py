"""Signs of life of a trial, where the storage takes them: a journal does not."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from optuna.storages import BaseStorage


def show_life(storage: BaseStorage, trial_id: int) -> None:
    """Give one sign of life."""
    beat: Any = getattr(storage, "record_heartbeat", None)
    if beat is not None:
        beat(trial_id)


@contextmanager
def showing_life(storage: BaseStorage, trial_id: int, interval_s: float) -> Iterator[None]:
    """Give signs of life from a thread of its own while the block runs.

    Optuna gives them inside `Study.optimize` alone, which cannot claim an exact number of trials.
    """
    if not hasattr(storage, "record_heartbeat"):
        yield
        return
    over = threading.Event()

    def beat() -> None:
        show_life(storage, trial_id)  # since the claim, the study has been loaded
        while not over.wait(interval_s):
            show_life(storage, trial_id)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()

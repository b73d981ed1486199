"""Two workers race for the one slot of a study, step by step, and somebody looks on."""

from itertools import combinations

from optuna.storages import get_storage
from toy_sweep import toy_config
from turns import Actor

from ecg_anomaly.search.claim import claim_slot
from ecg_anomaly.search.repair import repair_study
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.study import begin_study, load_study, read_trials

#: Steps of a worker that claims in vain and then looks for trials that it has lost.
STEPS = 6


class Race:
    """One slot.

    Parameters
    ----------
    storages : three of turns.Standing
        Of the two workers ``a`` and ``b``, and of who looks on; all of one study.
    study : str
        Its name.
    """

    def __init__(self, storages, study="race"):
        self._config = toy_config("unused", n_trials=1, study=study)
        self._axes = read_space(self._config.search)
        self._study = begin_study(storages[2], self._config, self._axes, "data")
        fill_slots(self._study, self._config, self._axes)
        self.a, self.b = (Actor(s, self._worker(n)) for s, n in zip(storages, "ab", strict=False))

    def play(self, order):
        """Let the workers take these turns."""
        for turn in order:
            getattr(self, turn).step()

    def finish(self):
        """Let both go on to their ends; return the names of those who got the slot."""
        return [name for name in "ab" if getattr(self, name).finish() is not None]

    def states(self):
        """Return state and owner of every trial."""
        return [(trial.state, trial.worker) for trial in read_trials(self._study)]

    def repair(self, *lost):
        """Repair the study after these workers were killed."""
        repair_study(self._study, self._config, self._axes, lost.__contains__)

    def claim_without_bid(self):
        self._study.ask()

    def _worker(self, name):
        """Return what a worker of this name does between two trials."""

        def look(standing):
            storage = get_storage(standing)
            study = load_study(storage, self._config.search)
            claimed = claim_slot(study, storage, name, 1)
            if claimed is None:
                repair_study(study, self._config, self._axes, name.__eq__)
            return claimed

        return look


def orders(n_a, n_b):
    """Give every order of so many turns of the one and so many of the other."""
    n = n_a + n_b
    for places in combinations(range(n), n_a):
        yield ["a" if place in places else "b" for place in range(n)]

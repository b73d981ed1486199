"""Two workers claim one slot, in every order of their steps and with every one of them killed."""

from itertools import combinations

import pytest
from toy_sweep import toy_config
from turns import Actor, JournalInMemory, StandingJournal

from ecg_anomaly.search.claim import claim_slot
from ecg_anomaly.search.repair import repair_study
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.study import begin_study, load_study, read_trials

#: Steps of a worker that claims in vain and then looks for trials that it has lost.
STEPS = 6

CONFIG = toy_config("unused", n_trials=1)
AXES = read_space(CONFIG.search)


def claim_or_repair(name):
    """Return what a worker of this name does between two trials."""

    def look(storage):
        study = load_study(storage, CONFIG.search)
        claimed = claim_slot(study, storage, name, CONFIG.search.n_trials)
        if claimed is None:
            repair_study(study, CONFIG, AXES, name.__eq__)
        return claimed

    return look


class Race:
    """One slot, two workers and somebody who looks on; each with a storage of its own."""

    def __init__(self):
        journal = JournalInMemory()
        self.storage = StandingJournal(journal)
        self.study = begin_study(self.storage, CONFIG, AXES, "data")
        fill_slots(self.study, CONFIG, AXES)
        self.a, self.b = (Actor(StandingJournal(journal), claim_or_repair(n)) for n in "ab")

    def states(self):
        return [(trial.state, trial.worker) for trial in read_trials(self.study)]

    def repair(self, *lost):
        repair_study(self.study, CONFIG, AXES, lambda name: name in lost)


def orders(n_first, n_second):
    """Give every order of so many turns of one and so many of the other."""
    n = n_first + n_second
    for places in combinations(range(n), n_first):
        yield ["a" if place in places else "b" for place in range(n)]


def test_one_of_two_gets_the_slot_and_keeps_it_in_every_order_of_their_steps():
    for order in orders(STEPS, STEPS):
        race = Race()
        for turn in order:
            getattr(race, turn).step()
        won = {name: getattr(race, name).finish() is not None for name in "ab"}
        assert sum(won.values()) == 1, order
        winner = "a" if won["a"] else "b"
        assert race.states() == [("running", winner)], order


def test_a_name_that_is_left_late_is_no_claim_of_a_trial_that_is_under_way():
    race = Race()
    race.b.step()
    race.b.step()  # it has seen the slot wait, and is about to leave its name
    assert race.a.finish() is not None
    assert race.b.finish() is None
    assert race.states() == [("running", "a")]


@pytest.mark.parametrize("n_steps", range(1, STEPS))
def test_a_worker_killed_at_any_step_of_its_claim_loses_the_slot_alone(n_steps):
    for order in orders(n_steps, STEPS):
        race = Race()
        for turn in order:
            getattr(race, turn).step()
        race.a.kill()
        b_has_it = race.b.finish() is not None
        race.repair("a")
        alive = [entry for entry in race.states() if entry[0] != "killed"]
        assert alive == [("running", "b") if b_has_it else ("waiting", "")], order
        assert len(race.states()) - len(alive) <= 1, order


def test_a_claim_of_a_killed_worker_is_not_given_up_while_its_bid_may_be_a_living_ones():
    race = Race()
    for worker, n_steps in ((race.a, 3), (race.b, 3), (race.a, 1)):
        for _ in range(n_steps):
            worker.step()
    race.a.kill()  # it has won, and has not said so
    race.repair("a")
    assert race.states() == [("running", "")]
    assert race.b.finish() is None
    race.repair("a")
    assert race.states() == [("killed", ""), ("waiting", "")]


def test_a_running_trial_that_nobody_bid_on_is_nobodys_in_particular():
    race = Race()
    race.study.ask()
    race.repair("a", "b")
    assert race.states() == [("running", "")]
    race.repair("")
    assert [state for state, _ in race.states()] == ["killed", "waiting"]

"""Two workers claim one slot, in every order of their steps and with one killed at every step."""

import pytest
from race import STEPS, Race, orders
from turns import JournalInMemory, StandingJournal


@pytest.fixture
def new_race():
    def new():
        journal = JournalInMemory()
        return Race([StandingJournal(journal) for _ in range(3)])

    return new


def test_one_of_two_gets_the_slot_and_keeps_it_in_every_order_of_their_steps(new_race):
    for order in orders(STEPS - 1, STEPS):
        race = new_race()
        race.play(["a", *order])  # whoever begins is called a
        (winner,) = race.finish()
        assert race.states() == [("running", winner)], order


def test_a_name_that_is_left_late_is_no_claim_of_a_trial_that_is_under_way(new_race):
    race = new_race()
    race.play("bb")  # it has seen the slot wait, and is about to leave its name
    race.a.finish()
    assert race.finish() == ["a"]
    assert race.states() == [("running", "a")]


@pytest.mark.parametrize("n_steps", range(1, STEPS))
def test_a_worker_killed_at_any_step_of_its_claim_loses_the_slot_alone(new_race, n_steps):
    for order in orders(n_steps, STEPS):
        race = new_race()
        race.play(order)
        race.a.kill()
        expected = ("running", "b") if race.finish() == ["b"] else ("waiting", "")
        race.repair("a")
        alive = [entry for entry in race.states() if entry[0] != "killed"]
        assert alive == [expected], order
        assert len(race.states()) <= 2, order


def test_what_a_killed_worker_claimed_is_his_until_nobody_else_may_own_it(new_race):
    race = new_race()
    race.play("aaabbba")
    race.a.kill()  # it has won, and has not said so; the other one's bid is open
    race.repair("a")
    assert race.states() == [("running", "")]
    assert race.finish() == []
    race.repair("a")
    assert race.states() == [("killed", ""), ("waiting", "")]


def test_a_trial_under_way_that_nobody_bid_on_belongs_to_no_worker(new_race):
    race = new_race()
    race.claim_without_bid()
    race.repair("a", "b")
    assert race.states() == [("running", "")]

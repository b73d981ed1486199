"""Usual beats wait for others; whatever may begin or end a finding is passed on at once."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.findings.beat_batch import NORMAL, UNREADABLE, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.plain_state import give_state, take_state
from ecg_anomaly.live.waiting_beats import (
    LONGEST_S,
    MOST_BEATS,
    USUAL_BEFORE,
    WaitingBeats,
)


def make(rr_s):
    """Normal beats with given intervals."""
    rr_s, n = np.array(rr_s, float), len(rr_s)
    known, text = np.full(n, 0.01), np.full(n, "", object)
    return BeatBatch(
        np.cumsum(rr_s), rr_s, np.full(n, NORMAL, np.int8), np.ones(n, np.float32), np.ones(n),
        known, text, text, known, known,
    )  # fmt: skip


def add(waiting, beats, may_wait=True):
    """Add one beat after the other; return what each made due, as many beats as it was."""
    due = [waiting.add(beats.select(k, k + 1), may_wait) for k in range(len(beats))]
    return [0 if some is None else len(some) for some in due]


@pytest.fixture
def waiting():
    return WaitingBeats(FindingLimits())


def test_steady_normal_beats_wait_for_each_other(waiting):
    due = add(waiting, make([0.8] * 60))
    assert due[: USUAL_BEFORE + 1] == [1] * (USUAL_BEFORE + 1)  # the first follows on none
    assert set(due[USUAL_BEFORE + 1 :]) == {0, MOST_BEATS}


@pytest.mark.parametrize(
    "changes",
    [
        {"number": VENTRICULAR}, {"number": UNREADABLE}, {"quality": 0.3},
        {"rr_s": np.nan}, {"rr_s": 0.6}, {"rr_s": 1.0}, {"rr_s": 4.0},
    ],
)  # fmt: skip
def test_another_beat_is_due_at_once_with_all_that_wait(waiting, changes):
    add(waiting, make([0.8] * 8))
    (name, value), usual = next(iter(changes.items())), make([0.8])
    column = np.full(1, value, getattr(usual, name).dtype)
    assert add(waiting, replace(usual, **{name: column})) == [8 - USUAL_BEFORE - 1 + 1]
    assert add(waiting, make([0.8])) == [1]


@pytest.mark.parametrize("rr_s", [0.44, 1.4])
def test_beats_near_the_limits_of_rates_never_wait(waiting, rr_s):
    assert add(waiting, make([rr_s] * 20)) == [1] * 20


def test_none_waits_while_something_goes_on(waiting):
    add(waiting, make([0.8] * 8))
    assert add(waiting, make([0.8] * 2), may_wait=False) == [6, 1]


def test_what_waits_is_due_after_some_seconds_and_at_the_end(waiting):
    beats = make([0.8] * 8)
    add(waiting, beats)
    first_s = float(beats.time_s[USUAL_BEFORE + 1])
    assert waiting.take_late(first_s + LONGEST_S) is None
    late = waiting.take_late(first_s + LONGEST_S + 0.1)
    assert late is not None
    np.testing.assert_array_equal(late.time_s, beats.time_s[USUAL_BEFORE + 1 :])
    assert waiting.take_late() is None


@pytest.mark.parametrize("seed", range(5))
def test_all_beats_are_passed_on_once_in_order_and_after_a_restart_too(seed):
    rng = np.random.default_rng(seed)
    beats, found = make(rng.choice([0.8, 0.8, 0.8, 0.82, 0.5], 200)), []
    waiting = WaitingBeats(FindingLimits())
    for start in range(0, 200, 2):
        due = waiting.add(beats.select(start, start + 2), bool(rng.random() < 0.9))
        found += [] if due is None else due.time_s.tolist()
        waiting = give_state(take_state(waiting))
    rest = waiting.take_late()
    assert [*found, *([] if rest is None else rest.time_s.tolist())] == beats.time_s.tolist()

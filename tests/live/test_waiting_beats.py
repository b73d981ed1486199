"""Beats wait for others; whatever may raise or end an alarm is passed on at once."""

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    SUPRAVENTRICULAR,
    UNREADABLE,
    VENTRICULAR,
    Beat,
    put_rows_before,
)
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_watch import BeatWatch
from ecg_anomaly.live.plain_state import give_state, take_state
from ecg_anomaly.live.waiting_beats import LONGEST_S, MOST_BEATS, WaitingBeats

USUAL = Beat(0.0, 0.8, NORMAL, 1.0, 1.0, 0.01, "", "II", 0.01, 0.01)
SINGLE = [
    {"number": VENTRICULAR, "rr_s": 0.5}, {"number": SUPRAVENTRICULAR}, {"number": UNREADABLE},
    {"quality": 0.3}, {"rr_s": np.nan}, {"rr_s": 0.6}, {"rr_s": 1.0}, {"fusion": 0.9},
]  # fmt: skip


def add(waiting, beats, quiet=True):
    """Add one beat after the other; return what each made due, as many beats as it was."""
    due = [waiting.add([beat], quiet) for beat in beats]
    return [0 if some is None else len(some) for some in due]


def steady(n):
    return [USUAL._replace(time_s=0.8 * k) for k in range(n)]


@pytest.fixture
def waiting():
    return WaitingBeats(FindingLimits())


def test_beats_wait_for_each_other(waiting):
    due = add(waiting, steady(60))
    assert due == [MOST_BEATS * (k % MOST_BEATS == MOST_BEATS - 1) for k in range(60)]


@pytest.mark.parametrize("changes", SINGLE)
def test_a_single_unusual_beat_waits_too(waiting, changes):
    beats = [*steady(3), USUAL._replace(**changes), *steady(3)]
    assert add(waiting, beats) == [0] * 7


@pytest.mark.parametrize(
    "changes",
    [
        [{"rr_s": 2.5}],  # a pause
        [{"rr_s": 1.2}],  # a beat is dropped
        [{"number": VENTRICULAR, "rr_s": 0.5}, {"number": VENTRICULAR, "rr_s": 0.5}],
        [{"number": VENTRICULAR, "rr_s": 0.5}, {"number": SUPRAVENTRICULAR}],
        [{"number": VENTRICULAR, "rr_s": 0.5}, {"fusion": 0.9}],
        [{"fusion": 0.9}, {"number": VENTRICULAR}],
        [{"rr_s": 0.5}, {"number": VENTRICULAR, "rr_s": 0.5}],  # a fast rate
        [{"number": VENTRICULAR, "rr_s": 0.5}, {"rr_s": 0.5}],
    ],
)
def test_what_may_be_an_alarm_is_due_at_once_with_all_that_wait(waiting, changes):
    beats = [*steady(3), *(USUAL._replace(**change) for change in changes)]
    assert add(waiting, beats) == [0] * (2 + len(changes)) + [3 + len(changes)]


def test_none_waits_while_something_goes_on(waiting):
    add(waiting, steady(6))
    assert add(waiting, steady(2), quiet=False) == [7, 1]


def test_what_waits_is_due_after_some_seconds_and_at_the_end(waiting):
    beats = steady(5)
    add(waiting, beats)
    assert waiting.take_late(LONGEST_S) is None
    late = waiting.take_late(LONGEST_S + 0.1)
    assert late is not None
    assert late.time_s.tolist() == [beat.time_s for beat in beats]
    assert waiting.take_late() is None


@pytest.mark.parametrize("seed", range(5))
def test_all_beats_are_passed_on_once_in_order_and_after_a_restart_too(seed):
    rng, found = np.random.default_rng(seed), []
    beats = [
        beat._replace(**(SINGLE[rng.integers(len(SINGLE))] if rng.random() < 0.2 else {}))
        for beat in steady(200)
    ]
    waiting = WaitingBeats(FindingLimits())
    for start in range(0, 200, 2):
        due = waiting.add(beats[start : start + 2], bool(rng.random() < 0.9))
        found += [] if due is None else due.time_s.tolist()
        waiting = give_state(take_state(waiting))
    rest = waiting.take_late()
    found += [] if rest is None else rest.time_s.tolist()
    assert found == [beat.time_s for beat in beats]


def draw_rhythm(rng):
    """Draw letters and intervals of some beats of one rhythm."""
    n = int(rng.integers(4, 40))
    usual_s = float(rng.choice([0.42, 0.5, 0.58, 0.75, 0.9, 1.3]))
    even = usual_s * rng.normal(1, 0.01, n)
    kind, letters = rng.integers(9), np.full(n, "N")
    if kind == 0:  # single beats that come too soon
        early = rng.random(n) < 0.25
        return np.where(early, rng.choice(list("SVFN"), n), "N"), np.where(early, 0.6, 1) * even
    if kind == 1:
        return np.where(np.arange(n) % rng.integers(2, 4) == 0, "V", "N"), even
    if kind == 2:
        return np.full(n, rng.choice(list("SVF")))[:7], 0.7 * even[:7]
    if kind == 3:
        return np.where(rng.random(n) < 0.4, rng.choice(list("xq"), n), "N"), even
    if kind == 4:
        return letters, rng.uniform(0.35, 1.1, n)
    if kind == 5:  # every second beat is missing
        return letters, even * np.where(rng.random(n) < 0.5, 2, 1)
    if kind == 6:
        return letters, even * np.where(rng.random(n) < 0.1, 3, 1)
    return letters, even if kind == 7 else even + np.where(rng.random(n) < 0.1, 1.0, 0)


def decide(seed):
    """Draw decisions on beats of many rhythms, one after the other."""
    rng = np.random.default_rng(seed)
    drawn = [draw_rhythm(rng) for _ in range(40)]
    letters, rr_s = (np.concatenate(column) for column in zip(*drawn, strict=True))
    n, raised = len(rr_s), np.repeat(rng.random(len(rr_s) // 20 + 1) < 0.3, 20)[: len(rr_s)]
    flagged = np.isin(letters, list("SVF"))
    likely = np.where(rng.random(n) < 0.1, rng.random(n), 0.05).astype(np.float32)
    ventricular = np.where(letters == "V", 0.8, likely).astype(np.float32)
    score = np.where(flagged, 2.0, np.where(raised, 0.9, 0.0)) + rng.normal(0, 0.1, n)
    quality = np.select([letters == "x", letters == "q"], [0.0, 0.3], 0.9).astype(np.float32)
    time_s, no = 1 + np.cumsum(rr_s), np.zeros(n, bool)
    return BeatDecisions(
        np.rint(time_s * 250).astype(np.int64), time_s, score, flagged,
        np.where(letters == "x", "noise", "").astype(object), quality, no, no, rr_s,
        np.full(n, "", object), np.where(flagged, letters, "").astype(object),
        np.where(flagged, 0.8, np.nan).astype(np.float32), np.full(n, "II", object), ventricular,
        np.where(rng.random(n) < 0.05, 0.6, 0.02).astype(np.float32),
    )  # fmt: skip


class NoneWaits(WaitingBeats):
    def add(self, beats, quiet):  # noqa: ARG002
        return put_rows_before(list(beats))


@pytest.mark.parametrize("seed", range(3))
def test_alarms_come_with_the_beat_they_come_with_where_none_waits(seed):
    made, kinds = decide(seed), AlarmSettings().rules
    watch, at_once = (BeatWatch(FindingLimits(), AlarmSettings()) for _ in range(2))
    at_once._waiting = NoneWaits(FindingLimits())
    seen, n_waited = set(), 0
    for k in range(len(made)):
        beat = BeatDecisions(*(getattr(made, name)[k : k + 1] for name in made.columns()))
        found, expected = (
            [f for f in w.push(beat) if f.kind in kinds] for w in (watch, at_once)
        )  # fmt: skip
        now_s = float(made.time_s[k]) + 0.7
        assert found == expected
        going_on, known = (
            [(c.kind, c.start_s, c.found_s) for c in w.conditions(now_s)] for w in (watch, at_once)
        )
        assert going_on == known
        seen |= {f.kind for f in expected}
        n_waited += len(watch._waiting._rows) > 0
    assert len(seen) > 3
    assert n_waited > len(made) / 10

from itertools import pairwise

import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.gap_watch import GapWatch
from ecg_anomaly.live.signal_memory import SignalMemory
from toy_ecg import FS, make_ecg, steady

LIMIT_S = FindingLimits().asystole_s


def watch(signal, decided=(), fs=FS, turn_s=0.2):
    """When an asystole, and a stretch without a signal, was seen first, and since when."""
    memory, gap = SignalMemory("a", fs, ("II",), 30.0), GapWatch(FindingLimits())
    asystole = off = None
    waiting = sorted(decided)
    found = []
    size = round(turn_s * fs)
    for at in range(0, len(signal), size):
        memory.append(signal[at : at + size])
        now_s = memory.n_samples / fs
        while waiting and waiting[0][0] <= now_s:
            found += gap.add_beat(memory, waiting.pop(0)[1], 0.9, "II")
        gap.look(memory)
        since_s = gap.asystole_since_s
        asystole = asystole or (None if since_s is None else (now_s, since_s))
        off = off or (None if gap.off_since_s is None else (now_s, gap.off_since_s))
    return asystole, off, found


def decisions_of(beats):
    """Each beat when it is decided on: 0.25 s after the next one."""
    times = [at for at, _ in beats]
    return [(after + 0.25, at) for at, after in pairwise(times)]


@pytest.mark.parametrize("fs", [100.0, 125.0, 130.0, 360.0, 977.0])
def test_asystole_is_seen_half_a_second_after_its_limit_at_most(fs):
    beats = steady(1, 12.1)  # the last one at 12.0 s or so is never decided on
    asystole, off, _ = watch(make_ecg(beats, 20, fs), decisions_of(beats), fs)
    seen_s, since_s = asystole
    assert since_s == pytest.approx(beats[-1][0], abs=0.06)
    assert beats[-1][0] + LIMIT_S <= seen_s + 0.06
    assert seen_s <= beats[-1][0] + LIMIT_S + 0.5
    assert not off


def test_beats_that_come_are_no_asystole():
    beats = steady(1, 30, 1.9)
    assert watch(make_ecg(beats, 31), decisions_of(beats))[0] is None


def test_beats_that_nobody_decided_on_are_no_asystole():
    assert watch(make_ecg(steady(1, 30, 1.9), 31))[0] is None


@pytest.mark.parametrize("n", [0, 4, 5])
def test_a_heart_that_stands_still_was_seen_beating(n):
    beats = steady(1, 12.1)
    decided = decisions_of(beats)[:n]
    signal = make_ecg(beats[: n + 1] if n else [], 20)
    asystole, _, _ = watch(signal, decided)
    assert (asystole is not None) is (n >= 5)


@pytest.mark.parametrize("value", [np.nan, 0.3])
def test_no_electrode_is_no_asystole(value):
    beats = steady(1, 12.1)
    signal = make_ecg(beats, 30)
    signal[round(12.5 * FS) :] = value
    asystole, off, _ = watch(signal, decisions_of(beats))
    assert asystole is None
    assert off[1] == pytest.approx(12.5, abs=0.5)


def test_an_asystole_that_is_over_is_a_finding_of_its_beats():
    beats = [*steady(1, 12.1), (20.0, "N"), (20.8, "N"), (21.6, "N")]
    asystole, _, (finding,) = watch(make_ecg(beats, 23), decisions_of(beats))
    assert asystole is not None
    assert (finding.kind, finding.end_s) == ("asystole", 20.0)
    assert finding.start_s == pytest.approx(beats[-4][0])


def test_a_gap_with_noise_in_it_is_no_asystole():
    beats = [*steady(1, 12.1), (19.0, "N"), (19.8, "N"), (20.6, "N")]
    signal = make_ecg(beats, 22)
    signal[round(15.2 * FS) : round(15.4 * FS), 0] += np.random.default_rng(0).normal(0, 1, 20)
    asystole, _, found = watch(signal, decisions_of(beats))
    assert asystole is None
    assert {pause.kind for pause in found} == {"pause"}


@pytest.mark.parametrize("quality", [0.0, 0.9])
def test_a_pause_of_beats_in_doubt_is_one_where_the_signal_is_silent(quality):
    beats = [*steady(1, 12.1), *steady(15.0, 20.1)]
    memory, gap = SignalMemory("a", FS, ("II",), 30.0), GapWatch(FindingLimits())
    memory.append(make_ecg(beats, 22))
    found = []
    for at, _ in beats:
        found += gap.add_beat(memory, at, 0.9 if at < 12 else quality, "II")
    last_s = max(at for at, _ in beats if at < 13)
    expected = [] if quality else [("pause", last_s, 15.0)]
    assert [(f.kind, f.start_s, f.end_s) for f in found] == expected


def test_what_is_usual_is_measured_where_the_gap_begins_although_more_was_seen():
    beats = [*steady(1, 12.1), *steady(15.0, 20.1)]
    signal = make_ecg(beats, 22)
    signal[: round(9.3 * FS)] *= 3  # higher beats, most of those that are usual for the gap
    last_s = max(at for at, _ in beats if at < 13)
    in_gap = round((last_s + 1.2) * FS)
    signal[in_gap : in_gap + round(0.3 * FS), 0] += 0.25 * np.sign(np.sin(np.arange(0.3 * FS) / 2))
    memory, gap = SignalMemory("a", FS, ("II",), 30.0), GapWatch(FindingLimits())
    found = []
    for at, _ in beats:
        memory.append(signal[memory.n_samples : round((at + 0.7) * FS)])
        gap.look(memory)
        found += gap.add_beat(memory, at, 0.9 if at < 12 else 0.0, "II")
    assert [(f.kind, f.start_s, f.end_s) for f in found] == [("pause", last_s, 15.0)]


def test_p_waves_that_are_found_as_beats_end_no_asystole():
    beats = steady(1, 12.1)
    signal = make_ecg(beats, 20)
    at = np.arange(len(signal)) / FS
    p_waves = np.arange(0.8, 20, 0.8)  # 0.2 s before each beat, and on
    waves = 0.1 * np.exp(-0.5 * ((at[:, None] - p_waves) / 0.03) ** 2).sum(axis=1)
    signal = signal + waves.astype(np.float32)[:, None]
    last_s = beats[-1][0]
    found_as_beats = [(late + 0.65, late) for late in p_waves[p_waves > last_s + 2]]
    asystole, _, _ = watch(signal, [*decisions_of(beats), (last_s + 1, last_s), *found_as_beats])
    assert asystole[1] == pytest.approx(last_s, abs=0.06)
    assert asystole[0] <= last_s + LIMIT_S + 0.5


@pytest.mark.parametrize("seed", range(12))
def test_what_is_examined_later_changes_nothing(seed):
    rng = np.random.default_rng(seed)
    slow = [1.2, 1.3] if seed % 3 == 0 else [0.8, 1.2, 1.9, 2.6, 3.6, 5.0]
    times = 1 + np.cumsum(rng.choice(slow, 60))
    signal = make_ecg([(float(at), "N") for at in times], times[-1] + 8)
    for start in rng.integers(0, len(signal), 2 if seed % 3 == 0 else 12):
        part = slice(start, start + int(rng.integers(20, 400)))
        size = len(signal[part])
        other = [np.full(size, np.nan), np.full(size, 0.3), rng.normal(0, 0.2, size)]
        signal[part, 0] = other[int(rng.integers(3))]
    waiting = sorted((at + rng.choice([0.5, 0.9, 2.5]), at) for at in times if rng.random() < 0.9)
    memory = SignalMemory("a", FS, ("II",), 30.0)
    at_once, later = (GapWatch(FindingLimits(), _seen=5) for _ in range(2))
    for start in range(0, len(signal), 20):
        due = []
        memory.append(signal[start : start + 20])
        while waiting and waiting[0][0] <= memory.n_samples / FS:
            due.append(float(waiting.pop(0)[1]))
        for beat_s in sorted(due):
            found = [gap.add_beat(memory, beat_s, 0.9, "II") for gap in (at_once, later)]
            assert found[0] == found[1]
        at_once.look(memory)
        later.look(memory, 5.0)
        assert at_once.asystole_since_s == later.asystole_since_s
        off_s = [gap.off_since_s for gap in (at_once, later)]
        long = [s if s is not None and memory.n_samples / FS - s >= 5.0 else None for s in off_s]
        assert long[0] == long[1]

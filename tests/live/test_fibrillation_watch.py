import numpy as np
import pytest

from ecg_anomaly.findings.beat_batch import list_beats
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.unclear_windows import STEP_S, KnownBeats, choose_unclear
from ecg_anomaly.live.fibrillation_watch import FibrillationWatch
from ecg_anomaly.live.signal_memory import SignalMemory
from toy_ecg import ToyBeats, make_ecg, steady

FS = 250.0
VF_FROM_S, VF_TO_S = 15.0, 30.0


@pytest.fixture(scope="module")
def signal():
    """Beats, then an oscillation of 5 Hz whose height varies, then beats again."""
    beats = [*steady(1, VF_FROM_S), *steady(VF_TO_S + 1, 40)]
    made = make_ecg(beats, 41, FS)
    at = np.arange(round(VF_FROM_S * FS), round(VF_TO_S * FS)) / FS
    wave = 0.5 * np.sin(2 * np.pi * (4.7 * at + 0.1 * np.sin(2.5 * at)))
    made[round(VF_FROM_S * FS) : round(VF_TO_S * FS), 0] += wave.astype(np.float32)
    return made


def watch(signal, with_beats=True):
    memory, watch, toy = (
        SignalMemory("a", FS, ("II",), 30.0),
        FibrillationWatch(FindingLimits()),
        ToyBeats(FS),
    )
    seen_s, over = None, []
    for at in range(0, len(signal), 50):
        memory.append(signal[at : at + 50])
        made = toy.push(signal[at : at + 50])
        clear = made.sample / FS < VF_FROM_S  # what looks like beats in it is unreadable
        if with_beats and len(made) and (clear.all() or made.time_s[0] > VF_TO_S):
            watch.add_beats(list_beats(made), memory.n_samples / FS)
        over += watch.look(memory)
        if watch.under_way() and seen_s is None:
            seen_s = memory.n_samples / FS
    return seen_s, over


def test_fibrillation_is_seen_on_time_and_over_when_beats_come(signal):
    seen_s, (finding,) = watch(signal)
    assert finding.kind == "ventricular_fibrillation"
    assert VF_FROM_S < seen_s <= VF_FROM_S + FindingLimits().vf_s + 1.5
    assert finding.end_s == pytest.approx(VF_TO_S, abs=2)


@pytest.mark.parametrize("rr_s", [[0.3, 0.5, 0.5, 0.8, 0.8, 1.0], [0.9, 1.0, 1.0, 1.1, 1.2, 3.1]])
def test_what_is_clear_at_once_is_no_unclear_window(rr_s):
    rng, n_clear = np.random.default_rng(3), 0
    for _ in range(300):
        watch, now_s = FibrillationWatch(FindingLimits()), 0.0
        for interval_s in rng.choice(rr_s, 12):
            now_s += interval_s
            watch._beats.append((now_s, now_s + 0.7, bool(rng.random() < 0.95)))
        rows = np.array(watch._beats).T
        beats = KnownBeats(rows[0], rows[1], rows[2] > 0)
        number = int(now_s / STEP_S) - int(rng.integers(3))
        if watch._is_clear(number * STEP_S):
            n_clear += 1
            assert not len(choose_unclear(beats, np.array([number])).number)
    assert 50 < n_clear < 290


def test_beats_are_no_fibrillation():
    assert watch(make_ecg(steady(1, 30), 31, FS)) == (None, [])
    assert watch(make_ecg(steady(1, 30), 31, FS), with_beats=False) == (None, [])

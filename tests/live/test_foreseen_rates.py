import numpy as np
import pytest

from ecg_anomaly.findings.beat_batch import list_beats, make_batch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.rate_rules import ExtremeRateRule
from ecg_anomaly.live.foreseen_rates import KINDS, ForeseenRates
from ecg_anomaly.live.signal_memory import SignalMemory
from toy_ecg import FS, ToyBeats, make_ecg, steady


def look(beats, decided, signal=None):
    """Look at beats of which all but the last ones are decided on; return what is foreseen."""
    foreseen, memory = ForeseenRates(FindingLimits()), SignalMemory("a", FS, ("II",), 60.0)
    signal = make_ecg(beats, beats[-1][0] + 0.4) if signal is None else signal
    memory.append(signal)
    toy = ToyBeats(FS)
    toy.finished = True
    made = toy.push(signal)
    foreseen.extend(list_beats(made)[:decided])
    foreseen.look(made.time_s[decided:], memory)
    return foreseen.found


def decide_all(beats):
    """Findings on extreme rates that go on when all beats are decided on."""
    toy = ToyBeats(FS)
    toy.finished = True
    batch = make_batch(toy.push(make_ecg(beats, beats[-1][0] + 0.4)))
    found = []
    for kind in KINDS:
        rule = ExtremeRateRule(kind, FindingLimits())
        rule.extend(batch)
        found += [f for f in rule.finish() if f.end_s == batch.time_s[-1]]
    return found


@pytest.mark.parametrize(("rr_s", "kind", "n"), [(1.8, KINDS[0], 5), (0.4, KINDS[1], 17)])
@pytest.mark.parametrize("undecided", [1, 2])
def test_an_extreme_rate_is_known_with_the_r_peak_of_its_last_beat(rr_s, kind, n, undecided):
    usual, extreme = steady(1, 8, 0.8), steady(8, 60, rr_s)[: n + 4]
    seen = []
    for stop in range(3, len(extreme) + 1):
        beats = [*usual, *extreme[:stop]]
        expected = decide_all(beats)
        assert [(f.kind, f.start_s, f.found_s) for f in look(beats, len(beats) - undecided)] == [
            (f.kind, f.start_s, f.found_s) for f in expected
        ]
        seen += expected
    assert {finding.kind for finding in seen} == {kind}


def test_with_all_beats_decided_nothing_is_foreseen():
    beats = [*steady(1, 12, 0.8), *steady(12.6, 22, 1.8)]
    assert look(beats, len(beats)) == []


def test_a_usual_rate_is_none():
    beats = steady(1, 20, 0.8)
    assert look(beats, len(beats) - 1) == []


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_what_was_not_recorded_is_no_long_interval(value):
    beats = [*steady(1, 12, 0.8), *steady(12.6, 20, 1.8)]
    signal = make_ecg(beats, beats[-1][0] + 0.4)
    last, before = beats[-1][0], beats[-2][0]
    signal[round((before + 0.6) * FS) : round((last - 0.2) * FS)] = value
    assert look(beats, len(beats) - 1)
    assert look(beats, len(beats) - 1, signal) == []

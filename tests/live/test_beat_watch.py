import numpy as np
import pytest

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.finding import sort_findings
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import BeatRules
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.beat_watch import BeatWatch
from toy_ecg import FS, ToyBeats, make_ecg, steady


@pytest.fixture
def watch():
    return BeatWatch(FindingLimits(), AlarmSettings())


def decide(beats, duration_s):
    toy = ToyBeats(FS)
    toy.finished = True
    return toy.push(make_ecg(beats, duration_s))


def test_rate_and_quality_are_those_of_the_last_beats(watch):
    assert (watch.rate_bpm(0.0), watch.quality(0.0)) == (None, None)
    watch.push(decide([*steady(1, 20, 1.0), *steady(20, 30, 0.5)], 32))
    assert watch.rate_bpm(30.5) == pytest.approx(120)
    assert watch.quality(30.5) == pytest.approx(1)
    # After seconds without a beat there is neither.
    assert (watch.rate_bpm(36.0), watch.quality(36.0)) == (None, 0.0)


def test_what_cannot_be_trusted_has_no_rate(watch):
    made = decide(steady(1, 30, 1.0), 32)
    made.quality[made.time_s > 22] = 0.0
    watch.push(made)
    assert watch.rate_bpm(29.5) is None


def test_ventricular_beats_at_no_rate_have_none_and_irregular_ones_of_the_atria_do(watch):
    at_s = np.cumsum([1.0, 0.3, 0.9, 0.4, 0.7, 0.3, 0.8, 0.35, 0.6, 0.3, 0.9])
    for letter, known in (("V", False), ("N", True)):
        watch.push(decide([(float(at), letter) for at in at_s], 9))
        assert (watch.rate_bpm(8.0) is not None) is known


def test_after_a_fibrillation_a_rate_is_one_when_some_steady_intervals_come(watch):
    watch.push(decide(steady(1, 30, 1.0), 32))
    watch.forget_rate()
    for stop_s, known in ((33, False), (36, True)):
        watch.forget_rate()
        watch.push(decide(steady(30, stop_s, 1.0), stop_s + 1))
        assert (watch.rate_bpm(stop_s) is not None) is known


def test_a_ventricular_tachycardia_is_a_condition_while_it_goes_on(watch):
    watch.push(decide([*steady(1, 5), *steady(5.0, 8, 0.4, "V")], 9))
    (condition,) = watch.conditions(8.5)
    assert (condition.kind, condition.end_s) == ("ventricular_tachycardia", None)
    assert condition.start_s == pytest.approx(5.0)
    assert condition.found_s == pytest.approx(6.6)  # the fifth beat


def test_without_beats_nothing_on_beats_goes_on(watch):
    watch.push(decide([*steady(1, 5), *steady(5.0, 8, 0.4, "V")], 9))
    assert watch.conditions(20.0) == []


def test_a_short_run_is_known_when_it_is_over(watch):
    watch.push(decide([*steady(1, 5), *steady(5.0, 6.1, 0.4, "V")], 7))
    assert watch.conditions(6.5) == []
    over = watch.push(decide(steady(8, 12), 13))
    assert "ventricular_run" in [finding.kind for finding in over]


def test_beats_that_cannot_be_read_for_long_are_noise(watch):
    made = decide(steady(1, 50), 52)
    made.unreadable[made.time_s > 10] = "noise"
    watch.push(made)
    assert watch.find_unreadable(39.0) == []
    (condition,) = watch.find_unreadable(41.0)
    assert (condition.kind, condition.text) == ("noise", "noise")
    assert condition.found_s - condition.start_s == pytest.approx(AlarmSettings().noise_s)
    watch.push(decide(steady(52, 54), 55))
    assert watch.find_unreadable(54.5) == []


def test_a_signal_without_any_beat_cannot_be_read_either(watch):
    assert watch.find_unreadable(29.0) == []
    (condition,) = watch.find_unreadable(31.0)
    assert (condition.start_s, condition.text) == (0.0, "no heartbeat is found")
    assert watch.find_unreadable(200.0, explained=True) == []
    assert watch.find_unreadable(229.0) == []
    assert len(watch.find_unreadable(231.0)) == 1


def test_no_beats_change_nothing(watch):
    assert watch.push(decide([], 3)) == []
    assert np.isnan([watch.beat_s or np.nan]).all()


@pytest.mark.parametrize("seed", range(4))
def test_findings_are_those_of_all_beats_at_once_though_usual_beats_wait(seed):
    rng = np.random.default_rng(seed)
    letters = rng.choice(list("NNNNNNNNNV"), 300)
    letters[200:206] = "V"
    rr_s = np.where(letters == "V", 0.5, 0.8) * np.where(rng.random(300) < 0.05, 4.2, 1.0)
    rr_s[60:90] = 0.35
    at_s = 1 + np.cumsum(rr_s)
    made = decide(list(zip(at_s.tolist(), letters.tolist(), strict=True)), at_s[-1] + 1)
    rules, watch = BeatRules(FindingLimits()), BeatWatch(FindingLimits(), AlarmSettings())
    expected = rules.extend(make_batch(made)) + rules.finish()
    found = []
    for k in range(len(made)):
        found += watch.push(BeatDecisions(*(getattr(made, c)[k : k + 1] for c in made.columns())))
    assert sort_findings(found + watch.finish()) == sort_findings(expected)
    assert {"pause", "couplet", "extreme_tachycardia"} <= {f.kind for f in expected}

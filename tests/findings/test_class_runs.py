import numpy as np
import pytest
from hand_made_beats import cut, make_beats, make_steady

from ecg_anomaly.findings.beat_batch import NORMAL, UNREADABLE, VENTRICULAR, make_batch
from ecg_anomaly.findings.class_runs import ClassRuns


def find(decisions, step: int = 1000):
    runs, found = ClassRuns(5, 100.0), []
    for part in cut(make_batch(decisions), step):
        found += runs.extend(part)
    return [*found, *runs.finish()]


def test_beats_of_one_class_are_one_run():
    found = find(make_steady(8, 0.8, "NNVVVNNx"))
    assert [(r.number, r.beats) for r in found] == [
        (NORMAL, 2), (VENTRICULAR, 3), (NORMAL, 2), (UNREADABLE, 1),
    ]  # fmt: skip
    assert found[1].quality == pytest.approx(2.7)
    assert found[1].sure == pytest.approx(2.4)
    assert found[1].lead == "II"


def test_lost_signal_ends_a_run():
    decisions = make_steady(6, 0.5, "VVVVVV")
    decisions.rr_s[3] = np.nan
    assert [r.beats for r in find(decisions)] == [3, 3]


def test_a_long_interval_ends_a_run():
    decisions = make_beats([0.4, 0.4, 0.4, 2.2, 1.4], "VVVVVV")
    assert [r.beats for r in find(decisions)] == [4, 2]


def test_the_fifth_fast_beat_is_noted():
    decisions = make_beats([0.8] + [0.9] * 4 + [0.5] * 6, "NVVVVVVVVVVV")
    run = find(decisions)[1]
    assert run.fast_s == pytest.approx(decisions.time_s[5 + 4])
    assert np.isnan(find(make_steady(8, 0.7, "VVVVVVVV"))[0].fast_s)


@pytest.mark.parametrize("step", [1, 2, 3, 7])
def test_batches_change_nothing(step):
    rng = np.random.default_rng(step)
    letters = "".join(rng.choice(list("NNVVSx"), 60))
    decisions = make_beats(rng.choice([0.4, 0.5, 0.8], 59), letters)
    whole, parts = find(decisions), find(decisions, step)
    assert len(whole) == len(parts)
    for a, b in zip(whole, parts, strict=True):
        assert (a.number, a.start_s, a.end_s, a.beats) == (b.number, b.start_s, b.end_s, b.beats)
        assert (a.sure, a.quality) == pytest.approx((b.sure, b.quality))
        assert a.fast_s == pytest.approx(b.fast_s, nan_ok=True)

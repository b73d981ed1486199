import time

import numpy as np
import pytest
from hand_made_beats import apply_rule, make_beats

from ecg_anomaly.findings.dropped_beats import DroppedBeatRule
from ecg_anomaly.findings.limits import FindingLimits

USUAL = [0.9, 0.95, 0.92, 0.9, 0.96, 0.93, 0.9, 0.94]


def find(rr_s, classes="", step=None, **limits):
    return apply_rule(DroppedBeatRule(FindingLimits(**limits)), make_beats(rr_s, classes), step)


def test_a_block_of_two_to_one_is_found():
    (found,) = find(USUAL + [1.7] * 20 + USUAL)
    times = make_beats(USUAL + [1.7] * 20).time_s
    assert (found.kind, found.level) == ("dropped_beats", "high")
    assert found.start_s == pytest.approx(times[8])
    assert found.end_s == pytest.approx(times[28])
    assert found.found_s == pytest.approx(times[11])
    assert found.beats == 21
    assert found.rate_bpm == pytest.approx(60 / 1.7)
    assert "20 beats dropped" in found.why


def test_dropped_beats_in_turn_with_usual_ones_are_one_finding():
    (found,) = find([*USUAL, 1.8, 0.92, 0.9, 1.75, 0.95, 1.8, *USUAL])
    assert found.beats == 7
    assert "3 beats dropped" in found.why
    assert find([*USUAL, 1.8, 0.92, 0.9, 1.75, *USUAL]) == []
    assert len(find([*USUAL, 1.8, 0.92, 0.9, 1.75, *USUAL], dropped_beats=2)) == 1


def test_until_the_recording_ends():
    assert len(find([*USUAL, 1.7, 1.7, 1.7])) == 1


@pytest.mark.parametrize(
    "rr_s",
    [
        [0.6, 1.3, 0.9, 1.6, 0.7, 1.5, 0.8, 0.5, 1.1, 1.7, 1.7, 1.8],  # irregular
        np.linspace(0.9, 1.9, 40),  # slower and slower
        [*USUAL, 2.6, 2.6, 2.6, *USUAL],  # pauses of another length
        [*USUAL, 1.3, 1.35, 1.3, *USUAL],  # not as long as with a beat dropped
        USUAL * 5,
        [0.9],
        [],
    ],
)
def test_what_is_none(rr_s):
    assert find(rr_s) == []


def test_a_pause_after_an_ectopic_beat_is_none():
    rr_s = [*USUAL, 0.5, 1.7, *USUAL, 0.5, 1.7, *USUAL, 0.5, 1.7, *USUAL]
    classes = list("N" * (len(rr_s) + 1))
    for place in (9, 19, 29):
        classes[place] = "V"
    assert find(rr_s, "".join(classes)) == []


def test_beats_that_cannot_be_read_end_it():
    classes = "N" * 9 + "NNxNN"
    assert find([*USUAL, 1.7, 1.7, 1.7, 1.7, 1.7], classes) == []


@pytest.mark.parametrize("step", [1, 3, 50])
def test_batches_change_nothing(step):
    rng = np.random.default_rng(step)
    rr_s = np.concatenate(
        [np.r_[rng.normal(0.9, 0.02, 9), rng.choice([0.9, 1.75, 1.8], 9), 0.5] for _ in range(30)]
    )
    whole = find(rr_s)
    assert len(whole) > 5
    assert find(rr_s, step=step) == whole


def test_a_day_of_single_drops_is_fast():
    rr_s = np.tile([*USUAL, 1.8, 1.0, 0.5], 9000)

    start = time.process_time()
    assert find(rr_s) == []
    assert time.process_time() - start < 5

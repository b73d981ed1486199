"""What is known of a running recording is kept, and restored, or refused as a whole."""

import numpy as np
import pytest

from ecg_anomaly.detector import joint_running
from ecg_anomaly.detector.joint_running import decide_together, take_together
from ecg_anomaly.detector.running_beats import RunningBeats
from ecg_anomaly.features import past_summaries


def start(detector, record):
    return RunningBeats(detector, record.name, record.fs, record.leads, False)


def decide(running, signal):
    (ready,) = take_together([(running, signal)])
    return decide_together([(running, [ready] if ready else [])])


def test_beats_that_wait_are_counted(detector, record):
    running, waited = start(detector, record), set()
    for at in range(0, 30 * 360, 90):
        (ready,) = take_together([(running, record.signal[at : at + 90])])
        waited.add(running.n_waiting)
        assert ready is None or ready.until > ready.since
    # The first ten are compared with each other; after that none waits.
    assert max(waited) >= 8
    assert running.n_waiting == 0


def test_a_state_goes_on_as_the_one_it_was_taken_from(detector, record):
    first, second = start(detector, record), start(detector, record)
    take_together([(first, record.signal[:9000])])
    second.restore(first.state(), first.n_waiting)
    (one,), (other,) = (
        [take_together([(r, record.signal[9000:12000])])[0]] for r in (first, second)
    )
    assert len(one.beats) > 5
    for name, values in vars(one.beats).items():
        np.testing.assert_array_equal(values, getattr(other.beats, name), err_msg=name)


def test_what_is_no_state_changes_nothing(detector, record):
    running = start(detector, record)
    take_together([(running, record.signal[:9000])])
    before, cutter = running.state(), running.cutter
    broken = running.state() | {"context": {"numbers": np.array([-1.0, 0.0])}}
    with pytest.raises((ValueError, KeyError)):
        running.restore(broken, 3)
    assert running.cutter is cutter
    assert running.n_waiting != 3
    for part, arrays in running.state().items():
        for name, values in arrays.items():
            np.testing.assert_array_equal(values, before[part][name])


def test_minutes_are_summarised_before_the_beat_that_asks_for_them(detector, record, monkeypatch):
    running, asked = start(detector, record), []

    def foresee(foreseen, *settings):
        asked.extend(beat.time_s for beat in foreseen)

    monkeypatch.setattr(joint_running, "foresee_minutes", foresee)
    for at in range(0, 40 * 360, 36):
        take_together([(running, record.signal[at : at + 36])])
    step_s = detector.features.history_update_s
    moved = [int(time_s // step_s) for time_s in asked]
    assert len(moved) >= 2
    assert moved == sorted(set(moved))  # once for each move
    assert all(time_s % step_s < 1.5 for time_s in asked)


def test_after_a_restart_nothing_is_filtered_or_summarised_again(detector, record, monkeypatch):
    first, second = start(detector, record), start(detector, record)
    for at in range(0, 10800, 360):
        decide(first, record.signal[at : at + 360])
    second.restore(first.state(), first.n_waiting)
    asked = []

    def look_back(parts, *settings):
        asked.append(len(parts))
        return original(parts, *settings)

    original = past_summaries.look_back_together
    monkeypatch.setattr(past_summaries, "look_back_together", look_back)
    one, other = (r.cutter.leads.lacks(range(3000, 4000), (0, 1)) for r in (first, second))
    assert one == other
    assert one.start > 3000
    for running in (first, second):
        decide(running, record.signal[10800:11520])
    assert sum(asked) == 0

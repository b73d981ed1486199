"""Filtered samples are held as long as they are needed, and asked for once."""

import numpy as np
import pytest

from ecg_anomaly.detector.stream_leads import StreamLeads


def give(held: StreamLeads, wanted: range, final: int, leads=(0, 1)) -> range:
    """Let a lead be the number of the sample, and a second one that with another sign."""
    lacks = held.lacks(wanted, leads)
    if len(lacks):
        new = np.arange(lacks.start, lacks.stop, dtype=np.float32)
        held.append(np.stack([new, -new]), wanted.start, final)
    expected = np.arange(wanted.start, wanted.stop)
    np.testing.assert_array_equal(held.take(wanted), [expected, -expected])
    return lacks


def test_each_final_sample_is_asked_for_once():
    held, asked = StreamLeads(), 0
    for stop in range(2400, 9000, 97):
        lacks = give(held, range(stop - 2400, stop), stop)
        asked += len(lacks)
        assert len(lacks) in (97, 2400)
    assert asked == stop
    assert held._room.shape[1] < 2 * 2600


def test_what_is_not_final_is_asked_for_again():
    held = StreamLeads()
    assert give(held, range(100, 200), 190) == range(100, 200)
    assert give(held, range(120, 195), 190) == range(190, 195)
    assert give(held, range(120, 300), 280) == range(190, 300)
    assert give(held, range(130, 280), 280) == range(280, 280)


def test_after_a_gap_all_is_asked_for():
    held = StreamLeads()
    give(held, range(100, 200), 200)
    assert give(held, range(300, 400), 400) == range(300, 400)
    assert give(held, range(250, 260), 260) == range(250, 260)


def test_other_leads_are_asked_for_from_the_start():
    held = StreamLeads()
    give(held, range(100, 200), 200)
    assert give(held, range(110, 210), 210, (0, 2)) == range(110, 210)
    assert give(held, range(110, 220), 210, (0, 2)) == range(210, 220)


def test_a_restored_one_asks_for_what_was_not_final():
    held, again = StreamLeads(), StreamLeads()
    give(held, range(100, 200), 190)
    again.restore(held.state())
    assert give(again, range(120, 195), 190) == range(190, 195)
    again.restore(StreamLeads().state())
    assert give(again, range(100, 200), 190) == range(100, 200)
    with pytest.raises(ValueError, match="filtered leads"):
        again.restore({**held.state(), "numbers": np.array([100, 0])})

from ecg_anomaly.beats.clipping import RAIL_TOPS, top_reach
from ecg_anomaly.detector.stream_tops import StreamTops

FS = 360.0


def test_signal_is_looked_through_once_but_for_tops_that_are_not_over():
    tops = StreamTops()
    assert tops.unseen_from(500, FS) == 500
    tops.add([], 5000)
    assert tops.unseen_from(500, FS) == 5000 - top_reach(FS)
    assert tops.unseen_from(4999, FS) == 4999


def test_tops_are_few_until_as_many_as_a_rail_takes_are_on_one_lead():
    tops = StreamTops()
    tops.add([(0, 10 * k) for k in range(1, RAIL_TOPS)], 100)
    tops.add([(0, 10), (1, 10), (1, 20)], 200)
    assert tops.are_few(0)
    tops.add([(0, 150)], 300)
    assert not tops.are_few(0)
    assert not tops.are_few(10)
    assert tops.are_few(11)
    assert tops.are_few(0)  # what is before has been forgotten

"""What is said of the heart is compared; what is technical is said of the fault."""

import numpy as np
import pytest

from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.live.events import Event
from lab.live_faults.fault_runs import (
    FaultResult,
    blank_spans,
    compare,
    count_heart,
    list_blocks,
    list_deliveries,
    list_said,
    monitor,
)
from toy_detector import toy_records


def event(sample, kind, **said):
    return Event("a", sample, kind, sample / 100, said)


def test_events_that_are_missing_or_more_are_counted():
    expected = [event(1, "beat"), event(2, "beat"), event(3, "alarm.asystole.raised")]
    found = [event(1, "beat"), event(1, "beat"), event(3, "alarm.asystole.raised")]
    result = compare("x", expected, found, "a", "said")
    assert (result.wanted, result.lost, result.more, result.right) == (3, 1, 1, False)
    assert compare("x", expected, expected, "a", "said").right
    assert not compare("x", expected, expected, "a").right  # nothing is said of the fault
    assert not FaultResult("x", 0, 0, 0, "said").right


def test_what_is_technical_is_said_of_the_fault():
    events = [
        event(1, "technical.gap"), event(2, "alarm.link_lost.raised"), event(3, "beat"),
        event(4, "alarm.link_lost.ended"), event(5, "stream.ended", reason="too fast"),
    ]  # fmt: skip
    assert list_said(events, "a") == "technical.gap, alarm.link_lost, stream.ended (too fast)"
    assert list(count_heart(events, "a")) == [(3, "beat")]
    assert list_said(events, "b") == ""


def test_a_list_of_deliveries_is_monitored(folder):
    record = toy_records()[0]
    detector = load_detector(folder)
    assert sum(len(block.values) for block in list_blocks(record)) == len(record.signal)
    events = monitor(detector, list_deliveries(record))
    assert events[0].kind == "stream.opened"
    assert events[-1].kind == "stream.ended"


@pytest.mark.parametrize(("lead", "columns"), [(None, [0, 1]), (1, [1])])
def test_spans_are_left_out(lead, columns):
    record = toy_records()[0]
    missing = np.isnan(blank_spans(record, [(1.0, 2.0)], lead))
    assert missing.sum() == 360 * len(columns)
    assert missing[400, columns].all()

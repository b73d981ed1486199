from dataclasses import replace

import numpy as np
import pytest
from test_admitted_stream import admit, blocks

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.due_streams import DueStreams
from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.source import SampleBlock


def test_what_is_said_of_collected_blocks_is_what_is_said_of_each_as_it_comes():
    alone, together, due, said = admit(), admit(), DueStreams(), []
    expected = [event for block in blocks() for event in alone.take(block)]
    for at, block in enumerate(blocks()):
        said += due.collect(together, block)
        if at % 7 == 6:
            said += [event for _, events in due.score() for event in events]
    said += [event for _, events in due.score() for event in events]
    assert [event.key for event in said] == [event.key for event in expected]
    assert len(said) > 10
    assert list(due.score()) == []


def test_every_turn_comes_once_in_order():
    stream, due = admit(), DueStreams()
    for block in blocks()[:9]:
        due.collect(stream, block)
    turns = list(stream.turns)
    memory = stream.patient.memory
    for (scored, _), turn in zip(due.score(), turns, strict=True):
        assert scored is stream
        known = memory.read(memory.n_samples - len(turn), memory.n_samples)
        np.testing.assert_array_equal(known, turn)
    assert len(turns) > 1


def test_a_stream_that_cannot_be_scored_is_named_once_and_nothing_of_it_waits(monkeypatch):
    wrong, right, due = admit(), admit(), DueStreams()
    error = UserError("bed 1", "gives no finite score", "report it")

    def fail(_):
        raise error

    monkeypatch.setattr(wrong.patient.beats, "push", fail)
    wrong.patient.opened = replace(wrong.patient.opened, stream="bed 2")
    for block in blocks()[:9]:
        due.collect(right, block)
        due.collect(wrong, block)
    found = list(due.score())
    assert due.take_failed() == [(wrong, error)]
    assert due.take_failed() == []
    assert {id(stream) for stream, _ in found} == {id(right)}
    assert len(found) > 1
    assert not wrong.turns


def test_a_block_that_is_none_is_refused_and_what_came_before_is_scored():
    stream, due = admit(), DueStreams()
    for block in blocks()[:5]:
        due.collect(stream, block)
    with pytest.raises(AbsurdStream):
        due.collect(stream, SampleBlock(stream.name, np.zeros((5, 7), np.float32)))
    assert len(list(due.score())) > 0

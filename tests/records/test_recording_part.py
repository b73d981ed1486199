import numpy as np
import pytest

from ecg_anomaly.records.recording_part import RecordingPart


@pytest.fixture
def part(record):
    return RecordingPart(record, 100, 700, (1, 0))


def test_a_part_is_a_recording_of_its_own(record, part):
    assert (part.name, part.fs, part.n_samples) == (record.name, record.fs, 600)
    assert part.leads == ("V1", "MLII")
    np.testing.assert_array_equal(part.read(0, 600), record.signal[100:700, ::-1])
    np.testing.assert_array_equal(part.read(5, 9, [1]), record.signal[105:109, :1])


def test_gaps_of_the_whole_are_those_of_the_part(record, part, monkeypatch):
    assert part.next_stored(3) == 3
    monkeypatch.setattr(type(record), "next_stored", lambda _, start: max(start, 400))
    assert [part.next_stored(start) for start in (0, 299, 300, 450)] == [300, 300, 300, 450]
    monkeypatch.setattr(type(record), "next_stored", lambda *_: 900)
    assert part.next_stored(0) == 600

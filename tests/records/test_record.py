import numpy as np

from ecg_anomaly.records.record import StreamedRecord


def test_duration_is_in_seconds(record):
    assert record.duration_s == 3.0


def test_a_record_in_memory_is_read_as_copies(record):
    streamed: StreamedRecord = record
    assert (streamed.name, streamed.fs, streamed.leads) == ("r1", 360.0, ("MLII", "V1"))
    assert streamed.n_samples == len(record.signal)
    found = streamed.read(5, 9)
    np.testing.assert_array_equal(found, record.signal[5:9])
    found[:] = 0
    assert record.signal[5:9].any()
    assert streamed.read(7, 7).shape == (0, 2)

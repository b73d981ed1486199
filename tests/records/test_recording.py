import numpy as np

from ecg_anomaly.records.recording import RecordInMemory


def test_a_record_in_memory_is_read_as_copies(record):
    recording = RecordInMemory(record)
    assert (recording.name, recording.fs, recording.leads) == (record.name, 360.0, record.leads)
    assert recording.n_samples == len(record.signal)
    found = recording.read(5, 9)
    np.testing.assert_array_equal(found, record.signal[5:9])
    found[:] = 0
    assert record.signal[5:9].any()
    assert recording.read(7, 7).shape == (0, 2)

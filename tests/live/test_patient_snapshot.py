import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.patient_snapshot import read_patient, write_patient

SIGNAL = np.array([[0.1, np.nan]], np.float32)


def test_what_was_written_is_read():
    state = {"n": 3, "leads": {"off": [0.0]}}
    found = read_patient(write_patient(state, b"beats", SIGNAL, SIGNAL[:0]), "a")
    assert found[:2] == (state, b"beats")
    np.testing.assert_array_equal(found[2], SIGNAL)
    assert found[3].shape == (0, 2)


def test_what_is_damaged_is_refused_in_one_line():
    whole = write_patient({"n": 3}, b"beats", SIGNAL, SIGNAL)
    for damaged in (b"", b"PK", whole[:40], whole[:100] + b"\0" * 40 + whole[140:], b"\xff" * 99):
        with pytest.raises(UserError, match="cannot be read"):
            read_patient(damaged, "a")

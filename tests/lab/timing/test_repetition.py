import numpy as np
import pytest
import wfdb

from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing import repetition
from lab.timing import timed_recordings as recordings
from lab.timing.repetition import repeat_piece
from toy_detector import toy_records


@pytest.fixture
def piece(tmp_path, monkeypatch):
    """A minute that passes for the piece."""
    monkeypatch.setattr(repetition, "PIECE_S", 60.0)
    monkeypatch.setattr(recordings, "PIECE_S", 60.0)
    return recordings.write_piece(tmp_path)


def test_the_piece_is_one_person_under_one_name(piece):
    record = wfdb.rdrecord(str(piece))
    assert (record.record_name, record.fs, record.sig_len) == ("piece", 360, 21600)
    assert np.ptp(record.p_signal, axis=0).min() > 0.5


@pytest.mark.parametrize("times", [1, 2, 7])
def test_a_record_is_the_piece_so_often(piece, times):
    path = repeat_piece(piece, "long", times / 60)
    once, whole = wfdb.rdrecord(str(piece)), wfdb.rdrecord(str(path))
    np.testing.assert_array_equal(whole.p_signal, np.tile(once.p_signal, (times, 1)))
    # Read to its end by the reader that is measured, which adds up the checksums.
    recording = open_record(path)
    assert recording.read(0, recording.n_samples).shape == (21600 * times, 2)


def test_a_wrong_checksum_would_be_noticed(piece):
    path = repeat_piece(piece, "long", 2 / 60)
    header = path.with_suffix(".hea")
    lines = header.read_text().splitlines()
    words = lines[1].split()
    words[6] = str(int(words[6]) + 1)
    header.write_text("\n".join([lines[0], " ".join(words), *lines[2:]]) + "\n")
    recording = open_record(path)
    with pytest.raises(Exception, match="checksum"):
        recording.read(0, recording.n_samples)


def test_a_record_of_another_name_is_left_alone(piece, tmp_path):
    write_record(toy_records()[0], tmp_path)
    before = piece.with_suffix(".dat").read_bytes()
    repeat_piece(piece, "long", 2 / 60)
    assert piece.with_suffix(".dat").read_bytes() == before

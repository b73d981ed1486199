from pathlib import Path

import edfio
import numpy as np
import pytest
from edf_file import replace_field, replace_onsets, write_edf

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf import edf_timeline
from ecg_anomaly.records.edf.edf_header import read_edf_header
from ecg_anomaly.records.edf.edf_timeline import record_starts


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write five data records of a second at 256 Hz."""
    notes = [edfio.EdfAnnotation(1, None, "a note for room")]
    return write_edf(tmp_path / "x.edf", {"ECG II": np.zeros(1280)}, annotations=notes)


def starts(path: Path) -> list[int]:
    return record_starts(path, read_edf_header(path), 256.0, 256).tolist()


def test_without_gaps_data_records_follow_each_other(path):
    assert starts(path) == [0, 256, 512, 768, 1024]


@pytest.mark.parametrize("block", [1 << 22, 100])
def test_onsets_place_the_data_records(path, monkeypatch, block):
    monkeypatch.setattr(edf_timeline, "BLOCK_BYTES", block)
    replace_onsets(path, ["+3.5", "+4.5", "+10", "+11", "+3600"])
    seconds = np.array([0, 1, 6.5, 7.5, 3596.5])
    assert starts(path) == (seconds * 256).astype(int).tolist()


def test_onsets_rounded_to_less_than_a_sample_move_nothing(path):
    replace_onsets(path, ["+0", "+0.999", "+2.001", "+2.999", "+4"])
    found = starts(path)
    assert np.diff(found).min() >= 256
    assert found == [0, 256, 512, 768, 1024]


def test_onsets_early_by_less_than_rounding_explains_move_nothing(path):
    replace_onsets(path, ["+0", "+0.981", "+2", "+3", "+4"])
    assert starts(path) == [0, 256, 512, 768, 1024]


@pytest.mark.parametrize(
    ("onsets", "rule"),
    [
        (["+0", "+1", "+1.9", "+3", "+4"], "data record 2 begins at 1.9 s, within another"),
        (["+0", "+1", "+2", "+2.97", "+4"], "data record 3 begins at 2.97 s, within another"),
        (["+0", "+1", "2", "+3", "+4"], "data record 2 does not say when it began"),
        (["+0", "+1", "+2", "+3", "+2678401"], "an onset at 2.6784e+06 s"),
    ],
)
def test_onsets_that_cannot_be_are_refused(path, onsets, rule):
    replace_onsets(path, onsets)
    with pytest.raises(UserError) as caught:
        starts(path)
    assert rule in caught.value.rule


def test_an_interrupted_file_needs_a_signal_of_onsets(tmp_path):
    path = write_edf(tmp_path / "y.edf", {"ECG II": np.zeros(1280)})
    replace_field(path, "reserved", "EDF+D")
    assert [signal.label for signal in read_edf_header(path).signals] == ["ECG II"]
    with pytest.raises(UserError, match=r"interrupted \(EDF\+D\) without a signal"):
        starts(path)

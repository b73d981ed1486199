from dataclasses import replace
from pathlib import Path

import edfio
import numpy as np
import pytest
from edf_file import replace_field, replace_onsets, write_edf

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf import edf_timeline
from ecg_anomaly.records.edf.edf_header import read_edf_header
from ecg_anomaly.records.edf.edf_timeline import MAX_INTERRUPTED, Timeline, read_timeline


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write five data records of a second at 256 Hz."""
    notes = [edfio.EdfAnnotation(1, None, "a note for room")]
    return write_edf(tmp_path / "x.edf", {"ECG II": np.zeros(1280)}, annotations=notes)


def read(path: Path) -> Timeline:
    return read_timeline(path, read_edf_header(path), 256.0, 256)


def starts(path: Path) -> list[int]:
    """First sample of each data record, from the runs that they form."""
    found = read(path)
    run = np.searchsorted(found.record, np.arange(5), side="right") - 1
    return (found.sample[run] + (np.arange(5) - found.record[run]) * 256).tolist()


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


def test_a_gap_is_stepped_over_and_runs_are_found_on_both_sides(path):
    replace_onsets(path, ["+0", "+1", "+10", "+11", "+3600"])
    found = read(path)
    assert found.n_samples == 3601 * 256
    places = {0: 0, 511: 511, 512: 2560, 2559: 2560, 2560: 2560, 3071: 3071, 3072: 921600}
    assert {at: found.next_stored(at) for at in places} == places
    assert found.next_stored(found.n_samples) == found.n_samples
    assert list(found.find_runs(500, 2600)) == [(500, 512, 500), (2560, 2600, 512)]
    assert list(found.find_runs(600, 700)) == []
    assert list(found.find_runs(0, 10**9))[-1] == (921600, 921856, 1024)


def test_a_hundred_million_data_records_take_no_memory(path):
    header = replace(read_edf_header(path), n_records=10**8)
    found = read_timeline(path, header, 256.0, 256)
    assert (found.n_samples, len(found.record)) == (256 * 10**8, 1)
    assert found.next_stored(10**10) == 10**10


def test_so_many_onsets_are_not_read(path):
    replace_onsets(path, ["+0"])
    header = replace(read_edf_header(path), n_records=MAX_INTERRUPTED + 1)
    with pytest.raises(UserError, match=r"interrupted \(EDF\+D\), of \d+ data records"):
        read_timeline(path, header, 256.0, 256)

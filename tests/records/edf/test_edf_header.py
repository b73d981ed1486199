from pathlib import Path

import edfio
import numpy as np
import pytest
from edf_file import replace_field, replace_onsets, write_edf

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_header import (
    ANNOTATIONS,
    read_edf_header,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Write five seconds of two signals, and one of notes."""
    signals = {"ECG II": np.linspace(-9, 9, 1280), "Resp": np.linspace(-5, 5, 1280)}
    notes = [edfio.EdfAnnotation(1, None, "a note")]
    return write_edf(tmp_path / "x.edf", signals, annotations=notes)


def test_a_header_says_what_edfio_says(path):
    header, edf = read_edf_header(path), edfio.read_edf(path)
    assert header.n_bytes == edf.bytes_in_header_record
    assert (header.n_records, header.record_s) == (edf.num_data_records, edf.data_record_duration)
    assert not header.interrupted
    found = [signal for signal in header.signals if signal.label not in ANNOTATIONS]
    for one, other in zip(found, edf.signals, strict=True):
        assert (one.label, one.unit) == (other.label, other.physical_dimension)
        assert one.physical == (other.physical_min, other.physical_max)
        assert one.digital == (other.digital_min, other.digital_max)
        assert one.per_record == other.samples_per_data_record
    counts = [signal.per_record for signal in header.signals]
    assert [signal.offset for signal in header.signals] == np.cumsum([0, *counts[:-1]]).tolist()
    assert header.record_samples == sum(counts)


def test_the_digest_is_that_of_the_header_alone(path, tmp_path):
    header = read_edf_header(path)
    content = path.read_bytes()
    (tmp_path / "header").write_bytes(content[: header.n_bytes])
    assert header.sha256 == file_sha256(tmp_path / "header")
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert read_edf_header(path).sha256 == header.sha256
    replace_field(path, "recording", "another night")
    assert read_edf_header(path).sha256 != header.sha256


def test_a_file_of_gaps_says_so(path):
    replace_onsets(path, ["+0", "+1", "+5", "+6", "+7"])
    assert read_edf_header(path).interrupted


def test_data_records_are_counted_by_the_size_where_the_header_does_not(path):
    replace_field(path, "number of data records", "-1")
    assert read_edf_header(path).n_records == 5
    path.write_bytes(path.read_bytes()[:-1])
    assert read_edf_header(path).n_records == 4


@pytest.mark.parametrize(
    ("field", "text", "signal", "rule"),
    [
        ("version", "1", None, "version is '1', not '0'"),
        ("duration of a data record", "-1", None, "is '-1', not a number from 0 to 86400"),
        ("header bytes", "512", None, "header bytes is '512', not 1024"),
        ("samples per data record", "2.5", 1, "of signal 'Resp' is '2.5', not a number from 0"),
    ],
)
def test_a_field_that_cannot_be_is_named(path, field, text, signal, rule):
    replace_field(path, field, text, signal)
    with pytest.raises(UserError) as caught:
        read_edf_header(path)
    assert rule in caught.value.rule
    assert caught.value.where == str(path)


def test_a_range_that_is_no_number_is_left_to_whoever_reads_the_signal(path):
    replace_field(path, "physical minimum", "low", 1)
    resp = read_edf_header(path).signals[1]
    assert np.isnan(resp.physical[0])
    assert resp.physical[1] == 3000


def test_numbers_with_a_decimal_comma_are_read(path):
    replace_field(path, "duration of a data record", "0,5")
    replace_field(path, "physical minimum", "-2999,5", 0)
    header = read_edf_header(path)
    assert (header.record_s, header.signals[0].physical[0]) == (0.5, -2999.5)


@pytest.mark.parametrize(("lost", "whole", "cut"), [(1, 4, True), (100, 4, True), (0, 5, False)])
def test_a_data_record_that_was_cut_off_is_counted_in_part(path, lost, whole, cut):
    header = read_edf_header(path)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) - lost])
    found = read_edf_header(path)
    assert (found.n_records, found.n_announced) == (whole + cut, 5)
    assert found.cut_bytes == (2 * header.record_samples - lost if cut else 0)
    replace_onsets(path, ["+0", "+1", "+2", "+3"])
    assert (read_edf_header(path).n_records, read_edf_header(path).cut_bytes) == (whole, 0)

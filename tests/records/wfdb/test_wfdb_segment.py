"""Signal files of one header: against checksum and length, in any unit, at any rate."""

import time

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from ecg_anomaly.records.wfdb.wfdb_header import read_header
from ecg_anomaly.records.wfdb.wfdb_segment import WfdbSegment


def open_segment(folder, per_frame=1):
    return WfdbSegment(folder, "r1", read_header(folder / "r1.hea"), per_frame)


def refused(folder, rule, name="r1"):
    with pytest.raises(UserError, match=rule) as caught:
        read_record(folder, name)
    assert str(folder) in caught.value.where
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(("kept", "frames"), [(1, 0), (1500, 500), (3239, 1079)])
def test_a_truncated_signal_is_read_as_far_as_it_goes_unless_strict(folder, record, kept, frames):
    data = (folder / "r1.dat").read_bytes()
    assert len(data) == 3240
    (folder / "r1.dat").write_bytes(data[:kept])
    rule = f"truncated, {frames} of the 1080 samples"
    refused(folder, rule)
    if not frames:
        with pytest.raises(UserError, match=rule):
            open_segment(folder)
        return
    segment = open_segment(folder)
    assert (segment.n_frames, segment.n_stored) == (1080, frames)
    assert segment.notes == [f"r1.dat was cut off: {frames} of 1080 samples are there"]
    found = segment.read(0, 1080)
    np.testing.assert_array_equal(found[:frames], record.signal[:frames])
    assert np.isnan(found[frames:]).all()
    np.testing.assert_array_equal(segment.read(frames - 3, frames + 1), found[frames - 3 :][:4])


def change_checksum(folder, change_header, new):
    checksum = wfdb.rdheader(str(folder / "r1")).checksum[0]
    change_header(f" {checksum} 0 MLII", f" {new} 0 MLII")


def test_a_checksum_of_0_was_not_computed(folder, record, change_header):
    change_checksum(folder, change_header, 0)
    segment = open_segment(folder)
    np.testing.assert_array_equal(segment.read(0, 1080), record.signal)
    assert segment.notes == ["checksum 0 of MLII: taken as not computed"]


def test_a_wrong_checksum_is_accepted_when_the_user_says_so(folder, record, change_header):
    change_checksum(folder, change_header, 7)
    refused(folder, "lead MLII has checksum")
    options = ReadOptions(accept_checksum=True)
    segment = WfdbSegment(folder, "r1", read_header(folder / "r1.hea"), 1, options=options)
    np.testing.assert_array_equal(segment.read(0, 1080), record.signal)
    (note,) = segment.notes
    assert "the header says 7; accepted" in note


def test_what_nobody_reads_may_be_odd(folder, record, change_header):
    text = (folder / "r1.hea").read_text()
    first = text.splitlines()[1]
    change_header("r1 2 ", "r1 4 ")
    odd = "gone.dat 999 200/NU 0 0 0 0 0 Marker\nr2.dat 16 1e999/mV 0 0 0 0 0 II\n"
    change_header(first, odd + first)
    segment = open_segment(folder)
    assert segment.leads == ("MLII", "V1")
    np.testing.assert_array_equal(segment.read(0, 1080), record.signal)


def test_one_changed_byte_is_found_by_the_checksum(folder):
    data = bytearray((folder / "r1.dat").read_bytes())
    data[300] ^= 1
    (folder / "r1.dat").write_bytes(data)
    refused(folder, r"r1\.dat: lead MLII has checksum \d+, the header says \d+")


def test_a_checksum_counts_modulo_65536_with_either_sign(folder, change_header):
    checksum = wfdb.rdheader(str(folder / "r1")).checksum[0]
    change_header(f" {checksum} 0 MLII", f" {checksum - 65536} 0 MLII")
    assert read_record(folder, "r1").leads == ("MLII", "V1")


@pytest.mark.parametrize(
    ("unit", "factor"),
    [
        ("/mV", 1),
        ("", 1),
        ("/V", 1e3),
        ("/uV", 1e-3),
        ("/\u00b5V", 1e-3),
        ("/nV", 1e-6),
        ("/UV", 1e-3),
        ("/mv", 1),
        ("/MV", 1),
    ],
)
def test_any_unit_of_volts_becomes_millivolts(folder, record, change_header, unit, factor):
    change_header("/mV", unit)
    read = read_record(folder, "r1").signal
    np.testing.assert_allclose(read, record.signal * np.float32(factor), rtol=1e-6)


def test_leads_of_other_units_are_left_out(folder, record, change_header):
    text = (folder / "r1.hea").read_text()
    first = text.splitlines()[1]
    change_header(first, first.replace("/mV", "/mmHg").replace("MLII", "ABP"))
    read = read_record(folder, "r1")
    assert read.leads == ("V1",)
    np.testing.assert_allclose(read.signal[:, 0], record.signal[:, 1], atol=1e-6)


def test_a_record_without_any_lead_in_volts_is_refused(folder, change_header):
    change_header("/mV", "/furlong")
    refused(folder, r"signal 'MLII' has unit 'furlong', not V, mV or µV; state it with --unit")


def test_unknown_format_is_refused(folder, change_header):
    change_header(" 212 ", " 999 ")
    refused(folder, r"r1\.hea: format 999 of r1\.dat is unknown")


@pytest.fixture
def two_rates(tmp_path):
    """A record of a lead at 500 Hz and another at 250 Hz, and the amplitudes of the two."""
    rng = np.random.default_rng(0)
    fast, slow = rng.normal(size=1000), rng.normal(size=500)
    wfdb.wrsamp(
        "r1", fs=250, units=["mV"] * 2, sig_name=["II", "V1"], fmt=["16"] * 2,
        e_p_signal=[fast, slow], samps_per_frame=[2, 1], write_dir=str(tmp_path),
    )  # fmt: skip
    return tmp_path, fast, slow


def test_leads_at_another_rate_than_the_wanted_one_are_left_out(two_rates):
    folder, fast, slow = two_rates
    for per_frame, name, expected in ((2, "II", fast), (1, "V1", slow)):
        segment = open_segment(folder, per_frame)
        assert (segment.n_frames, segment.leads) == (500, (name,))
        np.testing.assert_allclose(segment.read(0, 500)[:, 0], expected, atol=1e-3)
        part = segment.read(17, 300)[:, 0]
        np.testing.assert_allclose(part, expected[17 * per_frame : 300 * per_frame], atol=1e-3)


@pytest.mark.parametrize(("byte", "lead", "per_frame"), [(98, "II", 2), (100, "V1", 1)])
def test_sums_are_over_the_samples_of_each_wanted_lead(two_rates, byte, lead, per_frame):
    folder, *_ = two_rates
    data = bytearray((folder / "r1.dat").read_bytes())
    data[byte] ^= 1
    (folder / "r1.dat").write_bytes(data)
    with pytest.raises(UserError, match=f"lead {lead} has checksum"):
        open_segment(folder, per_frame).read(0, 500)
    assert open_segment(folder, 3 - per_frame).read(0, 500).shape == (500 * (3 - per_frame), 1)


def test_a_lead_that_is_stored_nowhere_is_no_lead(folder, record, change_header):
    first = (folder / "r1.hea").read_text().splitlines()[1]
    change_header(first, "~ 0 200/mV 12 0 0 0 0 III\n" + first)
    change_header("r1 2 ", "r1 3 ")
    segment = open_segment(folder)
    assert segment.leads == ("MLII", "V1")
    np.testing.assert_array_equal(segment.read(0, 1080), record.signal)


@pytest.mark.parametrize("columns", [[0], [1], [1, 0], []])
def test_columns_are_read_in_the_order_asked_for(folder, record, columns):
    found = open_segment(folder).read(3, 800, columns)
    np.testing.assert_array_equal(found, record.signal[3:800, columns])


def test_leads_in_thousands_of_files_are_sorted_out_in_no_time(tmp_path):
    n = 4000
    lines = "".join(f"f{k} 16 200 16 0 0 0 0 P{k}\n" for k in range(n - 1))
    (tmp_path / "r1.hea").write_text(f"r1 {n} 360 1\nf{n} 16 200 16 0 0 0 0 II\n{lines}")
    for k in range(n + 1):
        (tmp_path / f"f{k}").write_bytes(b"\0\0")
    start = time.process_time()
    assert len(open_segment(tmp_path).leads) == n
    assert time.process_time() - start < 2

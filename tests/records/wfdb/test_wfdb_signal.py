"""Signals on disk: against checksum and length, in any unit, in segments."""

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_files import list_records, read_record, write_record


def refused(folder, rule, name="r1"):
    with pytest.raises(UserError, match=rule) as caught:
        read_record(folder, name)
    assert str(folder) in caught.value.where
    assert len(str(caught.value).splitlines()) == 1


def test_header_without_data_names_the_absent_file(folder):
    (folder / "r1.dat").unlink()
    refused(folder, r"r1\.dat: header r1\.hea has no data file")
    (folder / "r1.dat").mkdir()
    refused(folder, r"r1\.dat: header r1\.hea has no data file")


@pytest.mark.parametrize("kept", [0, 1, 1500, 3239])
def test_truncated_signal_is_refused(folder, kept):
    data = (folder / "r1.dat").read_bytes()
    assert len(data) == 3240
    (folder / "r1.dat").write_bytes(data[:kept])
    refused(folder, f"truncated, {kept} bytes where the header announces 3240")


def test_an_empty_data_file_is_refused_without_an_announced_length_too(folder, change_header):
    change_header(" 1080", "")
    assert read_record(folder, "r1").signal.shape == (1080, 2)
    (folder / "r1.dat").write_bytes(b"")
    refused(folder, "not a readable WFDB record")


def test_absurd_length_is_refused_before_memory_is_asked_for(folder, change_header, monkeypatch):
    monkeypatch.setattr(wfdb, "rdrecord", None)
    change_header(" 1080", " 999999999999999")
    refused(folder, "truncated")


def test_a_record_of_no_samples_is_refused(folder, change_header):
    change_header(" 1080", " 0")
    refused(folder, "0 samples")


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
    [("/mV", 1), ("", 1), ("/V", 1e3), ("/uV", 1e-3), ("/\u00b5V", 1e-3), ("/nV", 1e-6)],
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
    refused(folder, r"no lead in V, mV or µV \(units: furlong, furlong\)")


def test_unknown_format_is_refused(folder, change_header):
    change_header(" 212 ", " 999 ")
    refused(folder, "not a readable WFDB record")


def test_leads_at_several_rates_are_checked_as_stored(tmp_path):
    rng = np.random.default_rng(0)
    fast, slow = rng.normal(size=1000), rng.normal(size=500)
    wfdb.wrsamp(
        "r1", fs=250, units=["mV"] * 2, sig_name=["II", "V1"], fmt=["16"] * 2,
        e_p_signal=[fast, slow], samps_per_frame=[2, 1], write_dir=str(tmp_path),
    )  # fmt: skip
    read = read_record(tmp_path, "r1")
    assert read.signal.shape == (500, 2)
    np.testing.assert_allclose(read.signal[:, 0], fast.reshape(-1, 2).mean(1), atol=1e-3)
    data = bytearray((tmp_path / "r1.dat").read_bytes())
    data[100] ^= 1
    (tmp_path / "r1.dat").write_bytes(data)
    refused(tmp_path, "checksum")


@pytest.fixture
def segments(tmp_path, make_noise_record):
    """Two segments of three seconds, `a` and `b`, and the signals in them."""
    records = [make_noise_record("a", 1), make_noise_record("b", 2)]
    for part in records:
        write_record(part, tmp_path)
    return tmp_path, [part.signal for part in records]


def test_segments_are_joined_and_a_gap_is_nan(segments):
    folder, (a, b) = segments
    (folder / "r1.hea").write_text("r1/3 2 360 2660\na 1080\n~ 500\nb 1080\n")
    assert list_records(folder) == ["r1"]
    read = read_record(folder, "r1")
    assert read.leads == ("MLII", "V1")
    np.testing.assert_allclose(read.signal[:1080], a, atol=1e-6)
    assert np.isnan(read.signal[1080:1580]).all()
    np.testing.assert_allclose(read.signal[1580:], b, atol=1e-6)


def test_leads_are_joined_by_name(segments):
    folder, (_, b) = segments
    text = (folder / "b.hea").read_text()
    (folder / "b.hea").write_text(text.replace("MLII", "V5"))
    (folder / "r1.hea").write_text("r1/2 2 360 2160\na 1080\nb 1080\n")
    read = read_record(folder, "r1")
    assert read.leads == ("MLII", "V1", "V5")
    assert np.isnan(read.signal[1080:, 0]).all()
    assert np.isnan(read.signal[:1080, 2]).all()
    np.testing.assert_allclose(read.signal[1080:, 1], b[:, 1], atol=1e-6)


def test_a_layout_gives_the_order_of_leads(segments):
    folder, _ = segments
    lines = "~ 0 200/mV 12 0 0 0 0 V1\n~ 0 200/mV 12 0 0 0 0 MLII\n"
    (folder / "layout.hea").write_text("layout 2 360 0\n" + lines)
    (folder / "r1.hea").write_text("r1/2 2 360 1080\nlayout 0\na 1080\n")
    assert read_record(folder, "r1").leads == ("V1", "MLII")
    assert list_records(folder) == ["b", "r1"]


def test_two_leads_of_one_name_stay_two(segments):
    folder, (a, _) = segments
    for name in "ab":
        text = (folder / f"{name}.hea").read_text()
        (folder / f"{name}.hea").write_text(text.replace("MLII", "ECG").replace("V1", "ECG"))
    (folder / "r1.hea").write_text("r1/2 2 360 2160\na 1080\nb 1080\n")
    read = read_record(folder, "r1")
    assert read.leads == ("ECG", "ECG")
    np.testing.assert_allclose(read.signal[:1080], a, atol=1e-6)


@pytest.mark.parametrize(
    ("master", "rule"),
    [
        ("r1/2 2 360 2160\na 1080\nc 1080\n", r"c\.hea: no such header"),
        ("r1/2 2 360 2161\na 1080\nb 1081\n", r"b\.hea: 1080 samples, r1\.hea announces 1081"),
        ("r1/2 2 250 2160\na 1080\nb 1080\n", "no segment at 250 Hz"),
        ("r1/2 2 360 2160\na 1080\nr1 1080\n", "no segment at 360 Hz"),
        ("r1/1 2 360 1080\n~ 1080\n", "no lead in V"),
    ],
)
def test_segments_that_do_not_fit_are_refused(segments, master, rule):
    folder, _ = segments
    (folder / "r1.hea").write_text(master)
    refused(folder, rule)


@pytest.mark.parametrize("damage", ["absent", "truncated", "changed"])
def test_damaged_segment_is_refused_by_name(segments, damage):
    folder, _ = segments
    (folder / "r1.hea").write_text("r1/2 2 360 2160\na 1080\nb 1080\n")
    data = (folder / "b.dat").read_bytes()
    (folder / "b.dat").write_bytes(data[:-1] if damage == "truncated" else b"\x07" + data[1:])
    if damage == "absent":
        (folder / "b.dat").unlink()
    refused(folder, r"b\.dat: ")

"""XDF recordings: which stream is the ECG, its rate, its gaps, and files that were cut off."""

import numpy as np
import pytest
from damage import count_readable_cuts

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import STRICT, ReadOptions
from ecg_anomaly.records.xdf.xdf_record import read_xdf
from lab.fuzzing.xdf_writer import write_header, write_packet, write_strap, write_xdf

VALUES = np.random.default_rng(0).uniform(-900, 900, 730).astype(np.float32)


def packets(number: int, values: np.ndarray, fs: float, size: int = 50) -> list[bytes]:
    return [
        write_packet(
            number, values[i : i + size], (i + 1 + np.arange(len(values[i : i + size]))) / fs
        )
        for i in range(0, len(values), size)
    ]


def test_a_strap_is_read(read):
    record = read(write_strap(VALUES))
    assert (record.name, record.leads, record.fs) == ("strap", ("ECG",), 130.0)
    np.testing.assert_allclose(record.read(0, 730)[:, 0], VALUES / 1000, rtol=1e-6)
    assert record.notes == record.left_out == ()


def test_the_ecg_is_found_among_the_streams(read):
    ecg, other = VALUES.reshape(-1, 1), np.zeros((730, 2), "<f4")
    content = write_xdf(
        [
            write_header(4, {"C3": "microvolts", "O1": "microvolts"}, 500, "EEG"),
            write_header(2, {"x": "mG", "y": "mG"}, 50, "ACC"), write_header(1, {"1": "uV"}, 130),
            *packets(4, other, 500.0), *packets(2, other, 50.0), *packets(1, ecg, 130.0),
        ]
    )  # fmt: skip
    record = read(content)
    assert (record.leads, record.fs, record.n_samples) == (("ECG 1",), 130.0, 730)
    assert {out.name for out in record.left_out} == {"C3", "O1", "x", "y"}
    assert read(content, ReadOptions(lead="O1")).fs == 500.0


def test_leads_of_two_streams_are_not_mixed(read):
    ecg = VALUES.reshape(-1, 1)
    content = write_xdf(
        [
            write_header(1, {"II": "uV"}), write_header(2, {"V1": "uV"}),
            *packets(1, ecg, 130.0), *packets(2, -ecg, 130.0),
        ]
    )  # fmt: skip
    record = read(content)
    assert record.leads == ("II",)
    assert [(out.name, out.why) for out in record.left_out] == [("V1", "in another stream")]


def test_channels_without_names_are_of_their_stream(read):
    header = write_header(1, {"": "", " ": ""}, 250, "ECG", name="BITalino")
    content = write_xdf([header, *packets(1, np.ones((500, 2), "<f4"), 250.0)])
    assert read(content, ReadOptions(unit="mV")).leads == ("ECG BITalino 1", "ECG BITalino 2")
    with pytest.raises(UserError, match="no unit"):
        read(content)


def test_lost_samples_are_a_gap(read):
    rows = VALUES.reshape(-1, 1)
    late = [
        write_packet(
            1, rows[i : i + 50], 9.0 * (i >= 400) + (i + 1 + np.arange(50)[: 730 - i]) / 130
        )
        for i in range(0, 730, 50)
    ]
    record = read(write_xdf([write_header(1, {"ECG": "uV"}), *late]))
    found = record.read(0, record.n_samples)[:, 0]
    assert record.n_samples == 730 + 1170
    np.testing.assert_allclose(found[np.isfinite(found)], VALUES / 1000, rtol=1e-6)
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(found)), 400 + np.arange(1170))
    assert record.notes == ("1 gaps of 9.0 s in all, where samples were lost",)


def test_a_gap_of_years_takes_no_room(read):
    rows = VALUES.reshape(-1, 1)
    far = [
        write_packet(1, rows[:400], np.arange(400) / 130),
        write_packet(1, rows[400:], [4e8] * 330),
    ]
    with pytest.raises(UserError, match="samples with the gaps in time"):
        read(write_xdf([write_header(1, {"ECG": "uV"}), *far]))


def test_another_rate_than_the_nominal_one_is_said(read):
    content = write_strap(np.tile(VALUES, 40), 128.0).replace(
        b"<nominal_srate>128<", b"<nominal_srate>130<"
    )
    record = read(content)
    assert record.fs == pytest.approx(128.0, rel=1e-4)
    assert record.notes == ("sampled at 128.00 Hz by the times of its samples, not 130",)


def test_a_recording_that_was_cut_off_is_read_or_refused(read):
    content = write_strap(VALUES)[:-400]
    record = read(content)
    assert record.n_samples == 657
    assert record.notes[0].startswith("damaged or cut off at byte")
    with pytest.raises(UserError, match="cut off at byte"):
        read(content, STRICT)


def test_a_file_that_is_cut_anywhere_is_read_or_refused(path):
    assert count_readable_cuts(path, write_strap(VALUES[:40], size=10), read_xdf) > 400


def test_a_recording_without_an_ecg_says_what_is_there(read):
    header = write_header(2, {"x": "mG"}, 50, "ACC")
    with pytest.raises(UserError, match="no ECG among the signals x"):
        read(write_xdf([header, *packets(2, np.ones((90, 1), "<f4"), 50.0)]))

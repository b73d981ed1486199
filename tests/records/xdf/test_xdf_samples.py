"""XDF samples: of the channels that are asked for, of sound chunks only, and never too many."""

import builtins
import struct

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.xdf.xdf_chunks import read_layout_of_chunks
from ecg_anomaly.records.xdf.xdf_samples import count_samples, read_samples_of_stream
from lab.fuzzing.xdf_writer import FORMATS, write_header, write_packet, write_xdf


@pytest.fixture
def load(path):
    def load(content: bytes, columns: tuple[int, ...] = (0,)):
        path.write_bytes(content)
        stream = read_layout_of_chunks(path).streams[0]
        return read_samples_of_stream(path, stream, columns)

    return load


@pytest.mark.parametrize("number_format", FORMATS)
def test_channels_are_read_in_every_format(load, number_format):
    values = np.arange(60).reshape(20, 3).astype(FORMATS[number_format])
    header = write_header(9, dict.fromkeys("abc", "uV"), number_format=number_format)
    packets = [write_packet(9, part, np.arange(10.0)) for part in (values[:10], values[10:])]
    found, stamps, n_damaged = load(write_xdf([header, *packets]), (2, 0))
    np.testing.assert_array_equal(found, values[:, [2, 0]].astype(np.float32))
    np.testing.assert_array_equal(stamps, [*range(10), *range(10)])
    assert (found.dtype, n_damaged) == (np.float32, 0)


def test_damaged_chunks_are_counted_and_the_others_read(load, capfd):
    good = write_packet(1, np.ones((4, 1), "<f4"), [1.0] * 4)
    bad = write_packet(1, np.ones((4, 1), "<f4"), [1.0] * 4, 2**31)
    found, _, n_damaged = load(write_xdf([write_header(1, {"ECG": "uV"}), good, bad, good]))
    assert (len(found), n_damaged) == (8, 1)
    assert capfd.readouterr().err == ""


def test_a_stream_without_samples_is_refused(load):
    with pytest.raises(UserError, match="no samples of the ECG"):
        load(write_xdf([write_header(1, {"ECG": "uV"})]))


def test_more_samples_than_a_recording_has_are_not_held(load, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.records.resting.lead_segments.MAX_SAMPLES", 30)
    packet = write_packet(1, np.ones((10, 1), "<f4"), [1.0] * 10)
    with pytest.raises(UserError, match="40 samples of all leads, more than 30"):
        load(write_xdf([write_header(1, {"ECG": "uV"}), *[packet] * 5]))


def test_without_pyxdf_the_message_says_what_to_install(load, monkeypatch):
    real = builtins.__import__

    def absent(name, *args, **kwargs):
        if name == "pyxdf":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(UserError, match=r"pyxdf reads and is not installed; pip install pyxdf"):
        load(write_xdf([write_header(1, {"ECG": "uV"})]))


def test_whatever_pyxdf_raises_is_one_line(load):
    header = write_header(1, {"ECG": "uV"}).replace(b"130", b"1x0")
    packet = write_packet(1, np.ones((4, 1), "<f4"), [1.0] * 4)
    with pytest.raises(UserError, match=r"malformed XDF \(ValueError"):
        load(write_xdf([header, packet, struct.pack("<BBH", 1, 2, 5)]))


def content_of(packet: bytes) -> bytes:
    return packet[2 + 2 + 4 :]


def test_samples_are_counted_with_and_without_stamps():
    packet = write_packet(1, np.zeros((3, 1), "<f4"), [1.0, None, 2.0])
    assert count_samples(content_of(packet), 4) == 3
    for stamps in ([1.0, 2.0], [None, None], [None, 1.0]):
        assert count_samples(content_of(write_packet(1, np.zeros((2, 1), "<f4"), stamps)), 4) == 2


@pytest.mark.parametrize("claim", [0, 2, 4, 2**32 - 1])
def test_a_chunk_that_does_not_hold_what_it_claims_is_damaged(claim):
    packet = write_packet(1, np.zeros((3, 1), "<f4"), [1.0, None, 2.0], claim)
    assert count_samples(content_of(packet), 4) == -1


@pytest.mark.parametrize("content", [b"", b"\x03\0\0\0", b"\x08\0", b"\x04\1\0\0\0"])
def test_what_is_too_short_is_damaged(content):
    assert count_samples(content, 4) == -1

"""XDF chunks: streams and where their samples are, and claims that do not hold."""

import struct

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.xdf import xdf_chunks
from ecg_anomaly.records.xdf.xdf_chunks import read_layout_of_chunks
from lab.fuzzing.xdf_writer import write_chunk, write_header, write_packet, write_xdf

PACKET = write_packet(1, np.zeros((3, 1), "<f4"), [1.0, None, 2.0])


@pytest.fixture
def layout(path):
    def layout(content: bytes):
        path.write_bytes(content)
        return read_layout_of_chunks(path)

    return layout


def test_streams_and_their_chunks_are_found(layout):
    content = write_xdf(
        [
            write_header(1, {"ECG": "uV"}),
            write_header(2, {"x": "", "y": "g"}, 50, "ACC", "int16"),
            PACKET, write_packet(2, np.zeros((1, 2), "<i2"), [1.0]), PACKET,
        ]
    )  # fmt: skip
    first, second = layout(content).streams
    assert (first.name, first.kind, first.fs, first.width) == ("strap", "ECG", 130.0, 4)
    assert first.channels() == [("ECG", "uV")]
    assert (second.kind, second.fs, second.width, len(second.chunks)) == ("ACC", 50.0, 4, 1)
    assert second.channels() == [("x", ""), ("y", "g")]
    for start, length in first.chunks:
        assert content[start - 4 : start + length] == PACKET[-(length + 4) :]
    assert layout(content).damage == ""


@pytest.mark.parametrize("length", [1, 4, 9, 30])
def test_what_was_cut_off_is_said(layout, length):
    whole = write_xdf([write_header(1, {"ECG": "uV"}), PACKET])
    found = layout(whole[:-20][:-length] if length > 1 else whole[:-1])
    assert found.damage.startswith("damaged or cut off at byte")
    assert len(found.streams) == 1


@pytest.mark.parametrize("block_bytes", [1 << 20, 7])
def test_a_damaged_file_is_read_on_from_the_next_boundary(layout, monkeypatch, block_bytes):
    monkeypatch.setattr(xdf_chunks, "BLOCK_BYTES", block_bytes)
    header, boundary = write_header(1, {"ECG": "uV"}), write_chunk(5, xdf_chunks.BOUNDARY)
    found = layout(write_xdf([header, PACKET, b"\x03xx", PACKET, boundary, PACKET]))
    assert found.damage.startswith("damaged or cut off at byte")
    assert len(found.streams[0].chunks) == 2


@pytest.mark.parametrize("number", ["0", "-3", "1.5", "nan", "x", "9999999999", ""])
def test_a_number_of_channels_beyond_belief_is_none(layout, number):
    header = write_header(1, {"a": "", "b": ""})
    changed = header[7:].replace(b"count>2<", b"count>%s<" % number.encode())
    (stream,) = layout(write_xdf([write_chunk(2, changed)])).streams
    assert (stream.n_channels, stream.width, stream.channels()) == (0, 0, [])


def test_streams_of_one_number_are_refused(layout):
    header = write_header(1, {"ECG": "uV"})
    with pytest.raises(UserError, match="two streams have the number 1"):
        layout(write_xdf([header, header]))


def test_no_file_has_streams_or_chunks_without_end(layout, monkeypatch):
    headers = [write_header(number, {"ECG": "uV"}) for number in range(9)]
    monkeypatch.setattr(xdf_chunks, "MAX_STREAMS", 8)
    with pytest.raises(UserError, match=r"description of a stream of .* after 8 others"):
        layout(write_xdf(headers))
    monkeypatch.setattr(xdf_chunks, "MAX_CHUNKS", 5)
    with pytest.raises(UserError, match="more than 5 chunks"):
        layout(write_xdf([PACKET] * 9))


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"<info><name>", "no whole XML"), (b"", "description of a stream of 4 bytes"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><info>&b;</info>', "document type"),
    ],
)  # fmt: skip
def test_a_malformed_description_is_refused(layout, header, words):
    with pytest.raises(UserError) as caught:
        layout(write_xdf([write_chunk(2, struct.pack("<I", 1) + header)]))
    assert words in str(caught.value)

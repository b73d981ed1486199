"""XDF recordings that are written are what an independent library reads."""

import io

import numpy as np
import pytest
import pyxdf

from lab.fuzzing.xdf_writer import FORMATS, write_header, write_packet, write_strap, write_xdf


def load(content: bytes) -> list[dict]:
    streams, _ = pyxdf.load_xdf(
        io.BytesIO(content), synchronize_clocks=False, dejitter_timestamps=False
    )
    return streams


@pytest.mark.parametrize("number_format", FORMATS)
def test_pyxdf_reads_the_samples(number_format):
    values = np.arange(6).reshape(3, 2).astype(FORMATS[number_format])
    header = write_header(7, {"II": "mV", "V1": "mV"}, 100.0, number_format=number_format)
    (stream,) = load(write_xdf([header, write_packet(7, values, [5.0, None, 9.0])]))
    assert stream["info"]["name"] == ["strap"]
    np.testing.assert_array_equal(stream["time_series"], values)
    np.testing.assert_allclose(stream["time_stamps"], [5.0, 5.01, 9.0])


def test_a_strap_sends_packets():
    values = np.arange(200.0)
    (stream,) = load(write_strap(values))
    np.testing.assert_array_equal(stream["time_series"][:, 0], values)
    assert list(np.diff(stream["time_stamps"]).nonzero()[0] + 1) == [73, 146]


def test_a_packet_may_lie_about_its_length():
    packet = write_packet(1, np.zeros((2, 1), "<f4"), [1.0, 2.0], 99)
    assert packet[8:13] == b"\x04\x63\0\0\0"

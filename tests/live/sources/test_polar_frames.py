"""The frames are made by the published description; none was recorded from a strap."""

import numpy as np
import pytest

from ecg_anomaly.live.sample_clock import AbsurdStream
from ecg_anomaly.live.sources.polar_frames import START_ECG, decode_frame


def make_frame(values_uv, last_ns=0, kind=0, frame_type=0):
    samples = b"".join(int(v).to_bytes(3, "little", signed=True) for v in values_uv)
    return bytes([kind]) + last_ns.to_bytes(8, "little") + bytes([frame_type]) + samples


def test_a_frame_of_73_samples_is_decoded():
    values = np.random.default_rng(0).integers(-20_000, 20_000, 73)
    frame = decode_frame(make_frame(values, 123_456_789_000_000_000))
    np.testing.assert_allclose(frame.signal[:, 0], values / 1000, rtol=1e-6)
    assert frame.last_s == pytest.approx(123_456_789)
    assert frame.signal.shape == (73, 1)


def test_signs_are_those_of_24_bits():
    frame = decode_frame(make_frame([-1, 1, -(1 << 14)]))
    np.testing.assert_allclose(frame.signal[:, 0], [-0.001, 0.001, -16.384], rtol=1e-6)


def test_a_value_out_of_range_is_missing():
    assert np.isnan(decode_frame(make_frame([8_000_000])).signal[0, 0])


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        bytes(9),
        bytes(10),
        make_frame([1, 2])[:-1],
        make_frame([1], kind=2),
        make_frame([1], frame_type=1),
        bytes(10) + bytes(3 * 5000),
    ],
)
def test_what_is_no_frame_of_ecg_is_refused(frame):
    with pytest.raises(AbsurdStream, match="a frame of"):
        decode_frame(frame)


def test_the_command_asks_for_130_hz_and_14_bits():
    assert START_ECG[:2] == b"\x02\x00"
    assert int.from_bytes(START_ECG[4:6], "little") == 130
    assert int.from_bytes(START_ECG[8:10], "little") == 14

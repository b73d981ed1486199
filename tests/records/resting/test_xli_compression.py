import base64
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting import xli_compression
from ecg_anomaly.records.resting.xli_compression import LIMB_ORDER, decompress_xli
from lab.fuzzing.xml_writers import write_philips

PATH = Path("e.xml")


def compress(leads: dict[str, np.ndarray]) -> bytes:
    text = write_philips(leads, 500).decode()
    return base64.b64decode(re.search(r"<parsedwaveforms[^>]*>([^<]*)<", text)[1])


@pytest.mark.parametrize("n", [3, 4, 601, 6000])
@pytest.mark.parametrize("spread", [1, 40, 3000])
def test_samples_come_back(n, spread):
    rng = np.random.default_rng(n + spread)
    # Smooth, as an ECG: differences of 16 bits stand for second differences less 64.
    walk = np.convolve(rng.normal(0, spread, n + 8), np.hanning(9), "valid").astype(int)
    leads = {"V1": walk, "V2": walk[::-1]}
    found = decompress_xli(PATH, compress(leads), ("V1", "V2"))
    for lead, samples in zip(leads.values(), found, strict=True):
        np.testing.assert_array_equal(samples, lead)


def test_limb_leads_are_stored_as_differences_from_the_expected():
    rng = np.random.default_rng(0)
    leads = {name: np.cumsum(rng.normal(0, 9, 300)).astype(int) for name in (*LIMB_ORDER, "V1")}
    found = decompress_xli(PATH, compress(leads), (*LIMB_ORDER, "V1"))
    for lead, samples in zip(leads.values(), found, strict=True):
        np.testing.assert_array_equal(samples, lead)
    other = decompress_xli(PATH, compress(leads), ("V9", *LIMB_ORDER[1:], "V1"))
    assert (other[2] != leads["III"]).any()


def test_limb_leads_of_different_lengths_are_as_long_as_the_shortest():
    rng = np.random.default_rng(0)
    leads = {name: np.cumsum(rng.normal(0, 9, 300)).astype(int) for name in LIMB_ORDER}
    content = compress(leads)
    (length,) = struct.unpack_from("<i", content)
    short = compress({"I": leads["I"][:250]})
    found = decompress_xli(PATH, short + content[8 + length :], LIMB_ORDER)
    assert [len(lead) for lead in found] == [250, 300, 250, 250, 250, 250]


def pack(codes: list[int], first: int) -> bytes:
    bits = "".join(format(code, "010b") for code in codes)
    packed = int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(-(-len(bits) // 8), "big")
    return struct.pack("<ihh", len(packed), 0, first) + packed


def test_two_samples_are_stored_as_they_are():
    assert decompress_xli(PATH, pack([0, 0, 5, 7, 1023], 9), ("V1",))[0].tolist() == [5, 7]


def test_an_example_that_was_worked_out_by_hand():
    """Codes of 10 bits that are single bytes."""
    content = pack([0, 0, 0, 255, 0, 10, 64, 56, 1023], -4)
    # High bytes 0 0 0 255, low bytes 0 10 64 56: numbers 0, 10, 64, -200; differences 4 and 0.
    assert decompress_xli(PATH, content, ("V1",))[0].tolist() == [0, 10, 24, 38]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "no lead V1"),
        (b"\x08\0\0\0\0\0\0", "no lead V1"),
        (struct.pack("<ihh", 9, 0, 0) + b"12345678", "8 of 9 compressed bytes"),
        (struct.pack("<ihh", -1, 0, 0) + b"12345678", "of -1 compressed bytes"),
        (struct.pack("<ihh", 2**31 - 1, 0, 0), "0 of 2147483647 compressed bytes"),
        (struct.pack("<ihh", 2, 0, 0) + b"\xff\xff", "0 samples"),
        (struct.pack("<ihh", 4, 0, 0) + b"\x7f\xff\xff\xff", "no LZW code 511 yet"),
    ],
)
def test_damaged_data_are_refused(content, rule):
    with pytest.raises(UserError, match=rule):
        decompress_xli(PATH, content, ("V1",))


def test_a_few_bytes_that_stand_for_gigabytes_are_refused(monkeypatch):
    monkeypatch.setattr(xli_compression, "MAX_SAMPLES", 1000)
    monkeypatch.setattr("ecg_anomaly.records.resting.lead_segments.MAX_SAMPLES", 1000)
    content = compress({"V1": np.zeros(3000, int)})
    assert len(content) < 300
    with pytest.raises(UserError, match="more than 1000"):
        decompress_xli(PATH, content, ("V1",))

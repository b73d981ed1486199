"""Records that are written follow the standard; the readers are tested with them."""

import struct
from binascii import crc_hqx

import numpy as np
import pytest

from lab.fuzzing.scp_writer import (
    encode_default,
    join_sections,
    pack_bits,
    take_differences,
    write_scp,
)


@pytest.mark.parametrize("checksums", [True, False])
def test_section_0_lists_where_the_others_are(checksums):
    record = join_sections({6: b"six", 3: b"three!"}, checksums)
    crc, length, *_ = struct.unpack_from("<HI", record)
    assert length == len(record)
    assert crc == (crc_hqx(record[2:], 0xFFFF) if checksums else 0)
    for i, number in enumerate((0, 1, 6, 3)):
        listed, size, place = struct.unpack_from("<HII", record, 22 + 10 * i)
        section = record[place - 1 : place - 1 + size]
        stated, found, stored = struct.unpack_from("<HHI", section)
        assert (listed, found, stored) == (number, number, size)
        assert stated == (crc_hqx(section[2:], 0xFFFF) if checksums else 0)
    assert record.endswith(b"three!")


def test_bits_are_packed_highest_first():
    assert pack_bits("1000000001") == b"\x80\x40"
    assert encode_default(np.array([0, 1, -1, 8])) == pack_bits("01001011111111100")


def test_differences():
    assert take_differences(np.array([3, 5, 9, 9]), 2).tolist() == [3, 5, 2, -4]
    assert take_differences(np.array([3, 5, 9, 9]), 1).tolist() == [3, 2, 4, 0]


def test_codes_make_a_smooth_signal_smaller():
    lead = {"II": np.rint(500 * np.sin(np.arange(5000) / 50)).astype(int)}
    assert len(write_scp(lead)) < 0.3 * len(write_scp(lead, coded=False))

"""Recordings that are written follow the standard; the reader is tested with them."""

import struct
from binascii import crc_hqx

import numpy as np

from lab.fuzzing.ishne_writer import renew_checksum, write_ishne, write_ishne_header


def test_fields_stand_where_the_standard_says():
    written = write_ishne({"X": np.arange(3), "V5": np.arange(3) - 9}, 200, 2500, b"ward", (1, 3))
    assert struct.unpack_from("<8sHiiiih", written) == (
        b"ISHNE1.0", crc_hqx(written[10:526], 0xFFFF), 4, 3, 522, 526, 1,
    )  # fmt: skip
    assert struct.unpack_from("<4h", written, 156) == (2, 2, 15, -9)
    assert struct.unpack_from("<3h", written, 182) == (1, 3, -9)
    assert struct.unpack_from("<3h", written, 206) == (2500, 2500, -9)
    assert struct.unpack_from("<h", written, 272) == (200,)
    assert written[522:] == b"ward" + struct.pack("<6h", 0, -9, 1, -8, 2, -7)


def test_a_checksum_is_renewed():
    written = write_ishne_header(["II"], 100)
    changed = written[:272] + struct.pack("<h", 500) + written[274:]
    assert renew_checksum(changed) == write_ishne_header(["II"], 100, 500)

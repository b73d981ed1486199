import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.scp.scp_huffman import decode_huffman, read_code_tables
from lab.fuzzing.scp_writer import code_section, encode_default, pack_bits

PATH = Path("e.scp")
DEFAULT = read_code_tables(PATH, struct.pack("<H", 19999))

#: Two tables, each with a code to the other.
TWO = [
    [(1, 1, 1, 5, "0"), (2, 2, 1, -7, "10"), (2, 2, 0, 2, "11")],
    [(1, 5, 1, 100, "1"), (3, 3, 0, 1, "001"), (3, 3, 1, 9, "011")],
]


def decode(content: bytes, n: int, tables=DEFAULT) -> list[int]:
    return decode_huffman(PATH, content, n, tables, "lead 1").tolist()


@given(st.lists(st.integers(-(2**15), 2**15 - 1), min_size=1, max_size=50))
def test_numbers_come_back_from_the_default_table(numbers):
    assert decode(encode_default(np.array(numbers)), len(numbers)) == numbers


def test_the_default_table_of_the_standard():
    bits = "01001011100111111110011111111011111111110111111111111111111"
    assert decode(pack_bits(bits + "0000000100000000"), 8) == [0, 1, -1, 2, 8, -8, -1, 256]


def test_tables_of_a_record_and_changes_between_them():
    tables = read_code_tables(PATH, code_section(TWO))
    bits = "0101110011110000110010"
    assert decode(pack_bits(bits), 6, tables) == [5, -7, 103, 92, 9, 5]


def test_a_record_without_tables_has_samples_without_codes():
    assert read_code_tables(PATH, None) == read_code_tables(PATH, b"\0\0") == []


@pytest.mark.parametrize(
    "section",
    [
        b"", b"\1", b"\1\0", b"\1\0\1\0" + bytes(8), b"\xff\x7f" + bytes(99), b"\2\0\0\0",
        code_section([[(1, 1, 1, 5, "0")]])[:-1], code_section([[(0, 0, 1, 5, "0")]]),
        code_section([[(3, 2, 1, 5, "000")]]), code_section([[(33, 40, 1, 5, "0")]]),
    ],
)  # fmt: skip
def test_a_damaged_table_is_refused(section):
    with pytest.raises(UserError, match="damaged table of Huffman codes"):
        read_code_tables(PATH, section)


@pytest.mark.parametrize(
    ("bits", "n", "rule"),
    [
        ("0" * 8, 9, "9 samples in 1 bytes"),
        ("0" * 8, 2**32, "4294967296 samples in 1 bytes"),
        ("1" * 8, 1, "sample 0: no Huffman code"),
        ("1100" * 2, 3, "sample 2: the codes end"),
        ("1111111111" + "0" * 6, 1, "the codes end after 0 of 1"),
    ],
)
def test_codes_that_end_too_early_or_mean_nothing_are_refused(bits, n, rule):
    with pytest.raises(UserError, match=rule):
        decode(pack_bits(bits), n)


@pytest.mark.parametrize("table", [0, 3, -1])
def test_a_change_to_a_table_that_is_not_there_is_refused(table):
    tables = read_code_tables(PATH, code_section([[(1, 1, 0, table, "0")], []]))
    with pytest.raises(UserError, match="no table"):
        decode(b"\0", 3, tables)
    with pytest.raises(UserError, match="Huffman code"):  # nothing but changes between two tables
        decode(b"\0", 3, read_code_tables(PATH, code_section([[(1, 1, 0, 2, "0")], []])))


def test_a_code_may_have_many_extra_bits():
    tables = read_code_tables(PATH, code_section([[(1, 255, 1, 0, "0")]]))
    assert decode(pack_bits("0" + "01" * 127), 1, tables) == [2**31 - 1]
    assert decode(pack_bits("0" + "10" * 127), 1, tables) == [-(2**31)]

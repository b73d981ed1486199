"""Decode the Huffman codes of SCP-ECG (EN 1064, section 5.4).

A record stores its own code tables or names the default one, in which small numbers have short
codes. A code stands for a number, a number whose bits follow, or a change to another table.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE

#: Number of tables in a record that means the default table.
DEFAULT = 19999

#: Bytes of an entry of a table, and most bits of a code.
CODE_BYTES, MAX_BITS = 9, 32


@dataclass(frozen=True, slots=True)
class Code:
    """The meaning of a code.

    Attributes
    ----------
    value : int
        The number, or the index of the next table, from 1 on.
    n_extra : int
        Bits that follow the code, a signed number to be added to `value`.
    is_number : bool
        False for a change to another table.
    """

    value: int
    n_extra: int = 0
    is_number: bool = True


#: A code table: the meaning of each code by its bits, written as text of 0 and 1.
Table = Mapping[str, Code]


def _default_table() -> dict[str, Code]:
    """Return the default table: 0 is one bit; 1 to 8 are as many ones, a zero and a sign bit."""
    table = {"0": Code(0), "1111111110": Code(0, 8), "1111111111": Code(0, 16)}
    for size in range(1, 9):
        table["1" * size + "00"] = Code(size)
        table["1" * size + "01"] = Code(-size)
    return table


def read_code_tables(path: Path, section: bytes | None) -> list[Table]:
    """Read the code tables of a record (section 2).

    Parameters
    ----------
    path : Path
        Named in errors.
    section : bytes or None
        Content of the section; None if the record has none.

    Returns
    -------
    list of Table
        Empty where samples are stored without codes.

    Raises
    ------
    UserError
        When the section is cut off, or a code has no bits or more than 32.
    """
    if section is None:
        return []
    try:
        (n_tables,) = struct.unpack_from("<H", section)
        if n_tables == DEFAULT:
            return [_default_table()]
        tables: list[Table] = []
        place = 2
        for _ in range(n_tables):
            (n_codes,) = struct.unpack_from("<H", section, place)
            fields = section[place + 2 : place + 2 + n_codes * CODE_BYTES]
            codes = list(struct.iter_unpack("<BBBhI", fields))
            place += 2 + n_codes * CODE_BYTES
            if len(codes) < n_codes or not all(0 < c[0] <= min(c[1], MAX_BITS) for c in codes):
                raise struct.error
            tables.append(
                {
                    _bits(base, prefix): Code(value, whole - prefix, mode == 1)
                    for prefix, whole, mode, value, base in codes
                }
            )
    except struct.error as error:
        raise UserError(path, "damaged table of Huffman codes (section 2)", RESTORE) from error
    return tables


def _bits(base: int, n: int) -> str:
    """Return the bits of a code as text; its first bit is the lowest of the stored number."""
    return format(base & ((1 << n) - 1), f"0{n}b")[::-1]


def decode_huffman(
    path: Path, content: bytes, n: int, tables: Sequence[Table], what: str
) -> NDArray[np.int64]:
    """Decode a sequence of numbers.

    Parameters
    ----------
    path : Path
        Named in errors.
    content : bytes
        The bits, highest bit of a byte first.
    n : int
        How many numbers to decode. Each takes at least a bit, so more numbers than bits are
        refused before memory is allocated.
    tables : sequence of Table
        From `read_code_tables`, not empty. The first table is in force at the start.
    what : str
        Name of the numbers in errors.

    Returns
    -------
    (n,) int64
        Clipped to 32 bits.

    Raises
    ------
    UserError
        When the bits end too early, or are no code of the table in force.
    """
    if n > 8 * len(content):
        raise UserError(path, f"{what}: {n} samples in {len(content)} bytes", RESTORE)
    bits = np.unpackbits(np.frombuffer(content, dtype=np.uint8)) + ord("0")
    text = bits.tobytes().decode("ascii")
    numbers = np.empty(n, dtype=np.int64)
    table, lengths = _in_force(path, tables, 1, what)
    place = done = 0
    while done < n:
        code, place = _next_code(path, text, place, table, lengths, f"{what}, sample {done}")
        if not code.is_number:
            table, lengths = _in_force(path, tables, code.value, what)
            continue
        value = code.value
        if code.n_extra:
            extra = text[place : place + code.n_extra]
            if len(extra) < code.n_extra:
                raise UserError(path, f"{what}: the codes end after {done} of {n}", RESTORE)
            value += int(extra, 2) - (int(extra[0]) << code.n_extra)
            place += code.n_extra
        numbers[done] = max(-(1 << 31), min(value, (1 << 31) - 1))
        done += 1
    return numbers


def _in_force(
    path: Path, tables: Sequence[Table], number: int, what: str
) -> tuple[Table, list[int]]:
    """Return the table of an index, from 1 on, and the lengths of its codes."""
    if not 0 < number <= len(tables):
        raise UserError(path, f"{what}: no table {number} of Huffman codes", RESTORE)
    return tables[number - 1], sorted(set(map(len, tables[number - 1])))


def _next_code(
    path: Path, text: str, place: int, table: Table, lengths: list[int], what: str
) -> tuple[Code, int]:
    """Return the code that begins at a place, and the place after it."""
    for length in lengths:
        code = table.get(text[place : place + length])
        if code is not None:
            return code, place + length
    ended = "the codes end" if place >= len(text) else "no Huffman code"
    raise UserError(path, f"{what}: {ended}", RESTORE)

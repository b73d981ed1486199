"""Decode the Huffman codes of SCP-ECG (EN 1064, section 5.4).

A record brings its own tables or names the default one, in which small numbers have short codes. A
code stands for a number, for a number whose bits follow, or for a change to another table.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import RESTORE

#: The number of tables by which a record names the default one.
DEFAULT = 19999

#: Bytes of a code in a table, and most bits of its prefix.
CODE_BYTES, MAX_BITS = 9, 32


@dataclass(frozen=True, slots=True)
class Code:
    """What a sequence of bits stands for.

    Attributes
    ----------
    value : int
        The number, or that of the next table, from 1 on.
    n_extra : int
        Bits that follow, a signed number to be added.
    is_number : bool
        False for a change to another table.
    """

    value: int
    n_extra: int = 0
    is_number: bool = True


#: Codes by their bits, as text.
Table = Mapping[str, Code]


def _default_table() -> dict[str, Code]:
    """Return the table of the standard: 0 is one bit, 1 to 8 are as many ones, a zero, a sign."""
    table = {"0": Code(0), "1111111110": Code(0, 8), "1111111111": Code(0, 16)}
    for size in range(1, 9):
        table["1" * size + "00"] = Code(size)
        table["1" * size + "01"] = Code(-size)
    return table


def read_tables(path: Path, section: bytes | None) -> list[Table]:
    """Read the tables of a record (section 2).

    Parameters
    ----------
    path : Path
        Named in errors.
    section : bytes or None
        Content of the section; None where it is left out.

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
    """Return the bits of a code; the first one is the lowest of the stored number."""
    return format(base & ((1 << n) - 1), f"0{n}b")[::-1]


def decode_huffman(
    path: Path, content: bytes, n: int, tables: Sequence[Table], what: str
) -> NDArray[np.int64]:
    """Decode numbers.

    Parameters
    ----------
    path : Path
        Named in errors.
    content : bytes
        The bits, highest first.
    n : int
        How many numbers; each takes a bit at least, so that more than there are bits are refused
        before there is room for them.
    tables : sequence of Table
        Of `read_tables`, not empty. The first one is in force at the start.
    what : str
        What is decoded, for errors.

    Returns
    -------
    (n,) int64

    Raises
    ------
    UserError
        When the bits end before, or are no code of the table in force.
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
    """Return a table by its number, from 1 on, and the lengths of its codes."""
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

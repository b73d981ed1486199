"""The fields of an EDF header: text of fixed width, and the numbers in it."""

import math
from pathlib import Path

from ecg_anomaly.files.errors import UserError

#: Bytes of the fields that come once, and of those that come once for each signal.
FILE_FIELDS = {
    "version": 8, "patient": 80, "recording": 80, "start date": 8, "start time": 8,
    "header bytes": 8, "reserved": 44, "number of data records": 8,
    "duration of a data record": 8, "number of signals": 4,
}  # fmt: skip
SIGNAL_FIELDS = {
    "label": 16, "transducer": 80, "physical dimension": 8, "physical minimum": 8,
    "physical maximum": 8, "digital minimum": 8, "digital maximum": 8, "prefiltering": 80,
    "samples per data record": 8, "reserved": 32,
}  # fmt: skip


def cut_fields(
    raw: bytes, widths: dict[str, int], index: int = 0, count: int = 1
) -> dict[str, str]:
    """Take the text of each field, without what fills it up.

    Parameters
    ----------
    raw : bytes
        What holds the fields from its beginning on.
    widths : dict of str to int
        Bytes of each field by its name, in order.
    index, count : int
        Of fields that come `count` times, one for each signal, the one at `index` is taken.
    """
    fields, start = {}, 0
    for name, width in widths.items():
        field = raw[start + index * width : start + (index + 1) * width]
        fields[name] = field.decode("latin-1").strip(" \0")
        start += count * width
    return fields


def read_whole(path: Path, fields: dict[str, str], name: str, low: int, high: int) -> int:
    """Read a whole number; raises as `read_number` does."""
    value = read_number(path, fields, name, low, high)
    if value != int(value):
        raise UserError(path, _describe(fields, name, low, high), "correct the header")
    return int(value)


def read_number(path: Path, fields: dict[str, str], name: str, low: float, high: float) -> float:
    """Read a number, also one with a decimal comma.

    Raises
    ------
    UserError
        When it is none from `low` to `high`; names the field.
    """
    try:
        value = to_number(fields[name])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise UserError(path, _describe(fields, name, low, high), "correct the header")
    return value


def to_number(text: str) -> float:
    """Read a number, with a decimal comma too; a `ValueError` when it is none."""
    return float(text.replace(",", "."))


def _describe(fields: dict[str, str], name: str, low: float, high: float) -> str:
    of = f" of signal {fields['label'][:40]!r}" if "label" in fields else ""
    wanted = f"{low:g}" if low == high else f"a number from {low:g} to {high:g}"
    return f"{name}{of} is {fields[name]!r}, not {wanted}"

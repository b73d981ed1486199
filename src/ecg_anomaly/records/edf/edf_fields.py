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
    """Take the text of each field; of one that comes `count` times the one at `index`."""
    fields, start = {}, 0
    for name, width in widths.items():
        field = raw[start + index * width : start + (index + 1) * width]
        fields[name] = field.decode("latin-1").strip(" \0")
        start += count * width
    return fields


def read_whole(path: Path, fields: dict[str, str], name: str, low: int, high: int) -> int:
    """Read a whole number; a `UserError` names the field when it is none from `low` to `high`."""
    value = read_number(path, fields, name, low, high)
    if value != int(value):
        raise UserError(path, _rule(fields, name, low, high), "correct the header")
    return int(value)


def read_number(path: Path, fields: dict[str, str], name: str, low: float, high: float) -> float:
    """Read a number; a `UserError` names the field when it is none from `low` to `high`."""
    try:
        value = float(fields[name])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        raise UserError(path, _rule(fields, name, low, high), "correct the header")
    return value


def _rule(fields: dict[str, str], name: str, low: float, high: float) -> str:
    of = f" of signal {fields['label']!r}" if "label" in fields else ""
    wanted = f"{low:g}" if low == high else f"a number from {low:g} to {high:g}"
    return f"{name}{of} is {fields[name]!r}, not {wanted}"

"""Read the fields of an EDF header, which are text of fixed width, and the numbers in them."""

from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import to_number

#: Bytes of the fields that occur once in a file, and of those that occur once for each signal.
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
    """Return the text of each field, without padding.

    Parameters
    ----------
    raw : bytes
        Begins with the first field.
    widths : dict of str to int
        Bytes of each field by its name, in order.
    index, count : int
        For fields that occur `count` times, once for each signal, the one to return.
    """
    fields, start = {}, 0
    for name, width in widths.items():
        field = raw[start + index * width : start + (index + 1) * width]
        fields[name] = field.decode("latin-1").strip(" \0")
        start += count * width
    return fields


def read_integer(path: Path, fields: dict[str, str], name: str, low: int, high: int) -> int:
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
    value = to_number(fields[name])
    if not low <= value <= high:
        raise UserError(path, _describe(fields, name, low, high), "correct the header")
    return value


def _describe(fields: dict[str, str], name: str, low: float, high: float) -> str:
    of = f" of signal {fields['label'][:40]!r}" if "label" in fields else ""
    wanted = f"{low:g}" if low == high else f"a number from {low:g} to {high:g}"
    return f"{name}{of} is {fields[name]!r}, not {wanted}"

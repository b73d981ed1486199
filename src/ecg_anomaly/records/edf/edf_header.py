"""Strict reading of the header of an EDF or EDF+ file.

Source: Kemp et al. 1992 (EDF) and Kemp and Olivan 2003 (EDF+). A header is 256 bytes and 256 more
for each signal, all of it text in fields of fixed width.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_fields import (
    FILE_FIELDS,
    SIGNAL_FIELDS,
    cut_fields,
    read_number,
    read_whole,
)
from ecg_anomaly.records.stored_values import file_size, read_bytes

#: The label of the signal that holds times and notes in EDF+.
ANNOTATIONS = "EDF Annotations"

#: Most signals; the format's four digits allow more than any recorder has.
MAX_SIGNALS = 4096


@dataclass(frozen=True)
class EdfSignal:
    """One signal of an EDF file.

    Attributes
    ----------
    label, unit : str
        As in the header, without spaces around them.
    physical, digital : tuple of float, tuple of int
        Values at the two ends of the range.
    per_record : int
        Samples in one data record.
    offset : int
        Samples before it in a data record.
    """

    label: str
    unit: str
    physical: tuple[float, float]
    digital: tuple[int, int]
    per_record: int
    offset: int


@dataclass(frozen=True)
class EdfHeader:
    """A checked header.

    Attributes
    ----------
    n_bytes : int
        Its length, where the first data record begins.
    n_records : int
        Data records.
    record_s : float
        Duration of each in s.
    interrupted : bool
        Whether there may be gaps between data records (EDF+D).
    signals : tuple of EdfSignal
        Annotations included.
    sha256 : str
        Digest of its bytes.
    """

    n_bytes: int
    n_records: int
    record_s: float
    interrupted: bool
    signals: tuple[EdfSignal, ...]
    sha256: str

    @property
    def record_samples(self) -> int:
        """Samples of all signals in a data record."""
        return sum(signal.per_record for signal in self.signals)


def read_edf_header(path: Path) -> EdfHeader:
    """Read and check the header of `path`.

    Raises
    ------
    UserError
        When it is no EDF header, a field is no number or beyond belief, or the file is shorter
        than it announces.
    """
    size = file_size(path)
    if size < 256:
        raise UserError(path, f"{size} bytes are no EDF header", "check the file's format")
    raw = read_bytes(path, 0, 256).tobytes()
    fields = cut_fields(raw, FILE_FIELDS)
    if fields["version"] != "0":
        rule = f"version is {fields['version']!r}, not '0': no EDF file"
        raise UserError(path, rule, "check the file's format")
    n_signals = read_whole(path, fields, "number of signals", 1, MAX_SIGNALS)
    n_bytes = read_whole(path, fields, "header bytes", 256 * (n_signals + 1), 256 * (n_signals + 1))
    if size < n_bytes:
        raise UserError(path, "truncated within the header", "restore the file from its source")
    rest = read_bytes(path, 256, n_bytes - 256).tobytes()
    signals = _signals(path, rest, n_signals)
    record_bytes = 2 * sum(signal.per_record for signal in signals)
    return EdfHeader(
        n_bytes=n_bytes,
        n_records=_count_records(path, fields, (size - n_bytes) // record_bytes),
        record_s=read_number(path, fields, "duration of a data record", 0.0, 86400.0),
        interrupted=fields["reserved"].startswith("EDF+D"),
        signals=signals,
        sha256=hashlib.sha256(raw + rest).hexdigest(),
    )


def _signals(path: Path, raw: bytes, n_signals: int) -> tuple[EdfSignal, ...]:
    signals: list[EdfSignal] = []
    offset = 0
    for i in range(n_signals):
        fields = cut_fields(raw, SIGNAL_FIELDS, i, n_signals)
        per_record = read_whole(path, fields, "samples per data record", 1, 99_999_999)
        signals.append(
            EdfSignal(
                label=fields["label"],
                unit=fields["physical dimension"],
                physical=(_end(path, fields, "minimum"), _end(path, fields, "maximum")),
                digital=(
                    read_whole(path, fields, "digital minimum", -(2**15), 2**15 - 1),
                    read_whole(path, fields, "digital maximum", -(2**15), 2**15 - 1),
                ),
                per_record=per_record,
                offset=offset,
            )
        )
        offset += per_record
    return tuple(signals)


def _end(path: Path, fields: dict[str, str], which: str) -> float:
    if fields["label"] == ANNOTATIONS:
        return 0.0  # no signal: its range says nothing
    return read_number(path, fields, f"physical {which}", -1e9, 1e9)


def _count_records(path: Path, fields: dict[str, str], found: int) -> int:
    announced = read_whole(path, fields, "number of data records", -1, 99_999_999)
    if announced > found:
        rule = f"truncated, {found} of {announced} data records"
        raise UserError(path, rule, "restore the file from its source")
    n_records = found if announced == -1 else announced  # -1: the recorder was cut off
    if n_records < 1:
        raise UserError(path, "number of data records is 0", "leave the recording out")
    return n_records

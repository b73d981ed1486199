"""Read and check the header of an EDF, EDF+ or BDF file.

Source: Kemp et al. 1992 (EDF) and Kemp and Olivan 2003 (EDF+). A header is 256 bytes and 256 more
for each signal, all of it text in fields of fixed width. BDF (BioSemi) is the same with samples of
three bytes instead of two.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_fields import (
    FILE_FIELDS,
    SIGNAL_FIELDS,
    cut_fields,
    read_integer,
    read_number,
)
from ecg_anomaly.records.stored_values import RESTORE, file_size, read_bytes, to_number

#: Labels of the signal that holds times and notes in EDF+ and BDF+.
ANNOTATIONS = ("EDF Annotations", "BDF Annotations")

#: Bytes of a sample by the version of the format.
SAMPLE_BYTES = {"0": 2, "\u00ffBIOSEMI": 3}

#: Most signals; the format's four digits allow more than any recorder has.
MAX_SIGNALS = 4096


@dataclass(frozen=True, slots=True)
class EdfSignal:
    """One signal of an EDF file.

    Attributes
    ----------
    label, unit : str
        As in the header, without spaces around them.
    physical, digital : tuple of float
        Lower and upper end of the range in physical units, and as stored; NaN where the header
        holds no number.
    per_record : int
        Samples in one data record.
    offset : int
        Samples of other signals before its own in a data record.
    """

    label: str
    unit: str
    physical: tuple[float, float]
    digital: tuple[float, float]
    per_record: int
    offset: int


@dataclass(frozen=True)
class EdfHeader:
    """A checked header.

    Attributes
    ----------
    n_bytes : int
        Length of the header; the first data record follows.
    n_records : int
        Data records in the file, one that was cut off included.
    cut_bytes : int
        Bytes of the last data record if it was cut off, 0 if it is whole.
    n_announced : int
        Data records that the header announces.
    record_s : float
        Duration of a data record in s.
    interrupted : bool
        Whether there may be gaps between data records (EDF+D).
    signals : tuple of EdfSignal
        Annotations included.
    sha256 : str
        Digest of the bytes of the header.
    sample_bytes : int
        Bytes of a sample, 2 or 3.
    """

    n_bytes: int
    n_records: int
    record_s: float
    interrupted: bool
    signals: tuple[EdfSignal, ...]
    sha256: str
    cut_bytes: int = 0
    n_announced: int = 0
    sample_bytes: int = 2

    @cached_property
    def record_samples(self) -> int:
        """Samples of all signals in a data record."""
        return sum(signal.per_record for signal in self.signals)

    @property
    def record_bytes(self) -> int:
        """Bytes of a data record."""
        return self.sample_bytes * self.record_samples


def read_edf_header(path: Path) -> EdfHeader:
    """Read and check the header of `path`.

    Raises
    ------
    UserError
        When it is no EDF header, a field that the layout depends on is not a number or out of
        range, or the file holds no sample.
    """
    size = file_size(path)
    raw, fields = _read_file_fields(path, size)
    sample_bytes = SAMPLE_BYTES[fields["version"]]
    n_signals = read_integer(path, fields, "number of signals", 1, MAX_SIGNALS)
    n_bytes = 256 * (n_signals + 1)
    read_integer(path, fields, "header bytes", n_bytes, n_bytes)
    if size < n_bytes:
        raise UserError(path, "truncated within the header", RESTORE)
    rest = read_bytes(path, 256, n_bytes - 256).tobytes()
    signals = _signals(path, rest, n_signals)
    record_bytes = sample_bytes * max(1, sum(signal.per_record for signal in signals))
    n_records, n_announced = _count_records(path, fields, size - n_bytes, record_bytes)
    interrupted = fields["reserved"].startswith(("EDF+D", "BDF+D"))
    if interrupted:  # the onset of a record that was cut off cannot be relied on
        n_records = min(n_records, (size - n_bytes) // record_bytes)
    if not n_records:
        raise UserError(path, f"truncated, 0 of {n_announced} data records", RESTORE)
    return EdfHeader(
        n_bytes=n_bytes,
        n_records=n_records,
        cut_bytes=min(0, size - n_bytes - n_records * record_bytes) % record_bytes,
        n_announced=n_announced,
        record_s=read_number(path, fields, "duration of a data record", 0.0, 86400.0),
        interrupted=interrupted,
        signals=signals,
        sha256=hashlib.sha256(raw + rest).hexdigest(),
        sample_bytes=sample_bytes,
    )


def _read_file_fields(path: Path, size: int) -> tuple[bytes, dict[str, str]]:
    """Read the first 256 bytes of a file and the fields in them; refuse what is no EDF file."""
    if size < 256:
        raise UserError(path, f"{size} bytes are no EDF header", "check the file's format")
    raw = read_bytes(path, 0, 256).tobytes()
    fields = cut_fields(raw, FILE_FIELDS)
    if not SAMPLE_BYTES.get(fields["version"], 0):
        rule = f"version is {fields['version']!r}, not '0': no EDF file"
        raise UserError(path, rule, "check the file's format")
    return raw, fields


def _signals(path: Path, raw: bytes, n_signals: int) -> tuple[EdfSignal, ...]:
    signals: list[EdfSignal] = []
    offset = 0
    for i in range(n_signals):
        fields = cut_fields(raw, SIGNAL_FIELDS, i, n_signals)
        per_record = read_integer(path, fields, "samples per data record", 0, 99_999_999)
        signals.append(
            EdfSignal(
                label=fields["label"],
                unit=fields["physical dimension"],
                physical=(_end(fields, "physical minimum"), _end(fields, "physical maximum")),
                digital=(_end(fields, "digital minimum"), _end(fields, "digital maximum")),
                per_record=per_record,
                offset=offset,
            )
        )
        offset += per_record
    return tuple(signals)


def _end(fields: dict[str, str], name: str) -> float:
    """Read an end of a range; NaN when it is not a number, which matters if the signal is read."""
    return to_number(fields[name])


def _count_records(
    path: Path, fields: dict[str, str], n_bytes: int, record_bytes: int
) -> tuple[int, int]:
    """Return the number of data records in the file, a part of one included, and the announced."""
    announced = read_integer(path, fields, "number of data records", -1, 99_999_999)
    found = -(-n_bytes // record_bytes)
    if announced == -1:  # the recorder was cut off before it wrote the number
        announced = n_bytes // record_bytes
    if announced < 1:
        raise UserError(path, "number of data records is 0", "leave the recording out")
    return min(announced, found), announced

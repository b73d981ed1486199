"""Open a recording of any known format by its path."""

import re
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.records.stored_values import file_size

#: File name endings of each format.
WFDB, EDF, TABLE = (".hea", ".dat"), (".edf",), (".csv", ".tsv", ".parquet")


def open_record(
    path: str | Path, fs: float | None = None, unit: str | None = None, lead: str | None = None
) -> StoredRecord:
    """Open a recording; its samples stay on the disk.

    Parameters
    ----------
    path : str or Path
        A WFDB record with or without ``.hea``, an EDF or EDF+ file, a CSV or Parquet table with a
        column per lead.
    fs : float, optional
        Sampling rate in Hz of a table, which cannot say it itself; not for other formats.
    unit : str, optional
        Unit of a table: ``"mV"``, ``"uV"`` or ``"V"``; not for other formats.
    lead : str, optional
        A lead that must be there, in any case of letters. In an EDF file it may be a signal that
        does not call itself an ECG.

    Returns
    -------
    StoredRecord

    Raises
    ------
    UserError
        Names the file, the field and the way out.
    """
    source = find_source(path)
    ending = source.suffix.lower()
    if ending in TABLE:
        from ecg_anomaly.records.tables.table_record import TableRecord

        return TableRecord(source, fs, unit, lead)
    if fs is not None or unit is not None:
        rule = f"{source.name} says its sampling rate and unit itself"
        raise UserError("--fs" if fs is not None else "--unit", rule, "leave the option out")
    if ending in EDF:
        from ecg_anomaly.records.edf.edf_record import EdfRecord

        return EdfRecord(source, lead)
    from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

    return WfdbRecord(source, lead)


def find_source(path: str | Path) -> Path:
    """Return the file that a path stands for: the header for a WFDB record.

    Raises
    ------
    UserError
        When there is no such file, or it is a folder, empty, or of no known format.
    """
    given = Path(path)
    ending = given.suffix.lower()
    if ending in WFDB:
        header = given.with_suffix(".hea") if ending == ".dat" else given
        file_size(header)
        return header
    if ending in (*EDF, *TABLE):
        file_size(given)
        return given
    header = Path(f"{given}.hea")
    if "\0" not in str(given) and len(header.name) < 256 and header.exists():
        file_size(header)
        return header
    file_size(given)
    known = ", ".join((*WFDB, *EDF, *TABLE))
    raise UserError(given, f"not a known format by its name ({known})", "rename or convert it")


def record_name(path: str | Path) -> str:
    """Return the name of the recording that a path stands for, whether it is there or not."""
    given = Path(path)
    known = given.suffix.lower() in (*WFDB, *EDF, *TABLE)
    return given.stem if known else given.name


def output_name(record_name: str) -> str:
    """Return the name of a recording's results: WFDB allows letters, digits, ``-`` and ``_``."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", record_name) or "_"

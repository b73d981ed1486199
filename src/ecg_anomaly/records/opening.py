"""Open an ECG record of any known file format by its path."""

import re
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_record import EdfRecord
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.records.stored_values import file_size
from ecg_anomaly.records.tables.table_record import TableRecord
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

#: What reads a file, by the ending of its name. A reader takes the path and the name of a lead that
#: must be there, or None; the file says its sampling rate and units itself.
READERS: dict[str, Callable[[Path, str | None], StoredRecord]] = {
    ".hea": WfdbRecord,
    ".edf": EdfRecord,
}

#: Endings of tables, whose sampling rate and unit must be stated beside them.
TABLES = (".csv", ".tsv", ".parquet")

#: Ending of a data file -> that of the header beside it, which is opened in its place.
HEADERS = {".dat": ".hea"}

ENDINGS = (*HEADERS, *READERS, *TABLES)


def open_record(
    path: str | Path, fs: float | None = None, unit: str | None = None, lead: str | None = None
) -> StoredRecord:
    """Open a record; its samples stay on disk until they are read.

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

    Examples
    --------
    >>> record = open_record("/data/mitdb/100")  # doctest: +SKIP
    >>> record.read(0, 360).shape  # doctest: +SKIP
    (360, 2)
    """
    source = find_source(path)
    ending = source.suffix.lower()
    if ending in TABLES:
        return TableRecord(source, fs, unit, lead)
    if fs is not None or unit is not None:
        rule = f"{source.name} says its sampling rate and unit itself"
        raise UserError("--fs" if fs is not None else "--unit", rule, "leave the option out")
    return READERS[ending](source, lead)


def find_source(path: str | Path) -> Path:
    """Return the file that a path stands for: the header for a WFDB record.

    Raises
    ------
    UserError
        When there is no such file, or it is a folder, empty, or of no known format.
    """
    given = Path(path)
    ending = given.suffix.lower()
    header = Path(f"{given}.hea")
    if ending in HEADERS:
        given = given.with_suffix(HEADERS[ending])
    elif ending not in ENDINGS and _exists(header):
        given = header
    file_size(given)
    if given.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UserError(given, f"not a known format by its name ({known})", "rename or convert it")
    return given


def _exists(path: Path) -> bool:
    # A name that no file can have raises.
    return "\0" not in str(path) and len(path.name) < 256 and path.exists()


def record_name(path: str | Path) -> str:
    """Return the name of the record that a path stands for, whether it is there or not."""
    given = Path(path)
    return given.stem if given.suffix.lower() in ENDINGS else given.name


def output_name(record_name: str) -> str:
    """Return the name of a record's results: WFDB allows letters, digits, ``-`` and ``_``."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", record_name) or "_"

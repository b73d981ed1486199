"""Open an ECG record of any known file format by its path."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_record import EdfRecord
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.records.stored_values import file_size
from ecg_anomaly.records.tables.table_record import TableRecord
from ecg_anomaly.records.voltage_units import millivolts_per
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

#: What reads a file, by the ending of its name. All but tables say their sampling rate themselves.
READERS: dict[str, Callable[[Path, ReadOptions], StoredRecord]] = {
    ".hea": WfdbRecord,
    ".edf": EdfRecord,
    ".csv": TableRecord,
    ".tsv": TableRecord,
    ".txt": TableRecord,
    ".parquet": TableRecord,
}

#: Endings of tables, whose sampling rate may have to be stated beside them.
TABLES = (".csv", ".tsv", ".txt", ".parquet")

#: Ending of a data file -> that of the header beside it, which is opened in its place.
HEADERS = {".dat": ".hea", ".mat": ".hea"}

#: Longest name of results, without their endings: file systems allow 255 bytes in all.
LONGEST_NAME = 200

ENDINGS = (*HEADERS, *READERS)


def open_record(
    path: str | Path,
    fs: float | None = None,
    unit: str | None = None,
    lead: str | None = None,
    *,
    options: ReadOptions | None = None,
) -> StoredRecord:
    """Open a record; its samples stay on disk until they are read.

    Parameters
    ----------
    path : str or Path
        A WFDB record with or without ``.hea``, an EDF or EDF+ file, a CSV or Parquet table with a
        column per lead.
    fs : float, optional
        Sampling rate in Hz of a table that has no column of time; not for other formats.
    unit : str, optional
        Unit of the signals that state none: ``"mV"``, ``"uV"`` or ``"V"``.
    lead : str, optional
        A lead that must be there, in any spelling. It may be a signal that does not call itself an
        ECG.
    options : ReadOptions, optional
        All that may be said of a recording, in place of the three above.

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
    options = options or ReadOptions(fs, unit, lead)
    if options.unit is not None and millivolts_per(options.unit) is None:
        raise UserError(
            "--unit", f"{options.unit[:40]!r} is no unit of voltage", "give mV, uV or V"
        )
    source = find_source(path)
    ending = source.suffix.lower()
    if ending not in TABLES and options.fs is not None:
        raise UserError("--fs", f"{source.name} says its sampling rate itself", "leave it out")
    return READERS[ending](source, options)


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
        given = _header_beside(given)
    elif ending not in ENDINGS and _exists(header):
        given = header
    file_size(given)
    if given.suffix.lower() not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UserError(given, f"not a known format by its name ({known})", "rename or convert it")
    return given


def _header_beside(data: Path) -> Path:
    header = data.with_suffix(HEADERS[data.suffix.lower()])
    if _exists(data) and not _exists(header):
        rule = f"no header {header.name} beside it"
        raise UserError(data, rule, "copy the header of the record too")
    return header


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have, for its length or a zero in it
        return False


def record_name(path: str | Path) -> str:
    """Return the name of the record that a path stands for, whether it is there or not."""
    given = Path(path)
    return given.stem if given.suffix.lower() in ENDINGS else given.name


def output_name(record_name: str) -> str:
    """Return the name of a record's results: WFDB allows letters, digits, ``-`` and ``_``.

    A name so long that no ending would fit is cut; a digest keeps two such names apart.
    """
    name = re.sub(r"[^A-Za-z0-9_-]", "_", record_name) or "_"
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(os.fsencode(record_name)).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - 17]}-{digest}"

"""Open an ECG record by its path, whatever its file format."""

from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.file_formats import find_format
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.records.record_names import ENDINGS
from ecg_anomaly.records.stored_values import file_size
from ecg_anomaly.records.voltage_units import millivolts_per

#: Endings of data files of WFDB records, whose header is opened in their place.
DATA_ENDINGS = (".dat", ".mat")


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
        A WFDB record with or without ``.hea``, or a file of any format of `file_formats.FORMATS`,
        whatever its ending.
    fs : float, optional
        Sampling rate in Hz of a table that has no column of time; not for other formats.
    unit : str, optional
        Unit of the signals that state none: ``"mV"``, ``"uV"`` or ``"V"``.
    lead : str, optional
        A lead that must be read, in any spelling. It may be a signal whose name is not that of an
        ECG.
    options : ReadOptions, optional
        All options of reading, in place of the three above.

    Returns
    -------
    StoredRecord

    Raises
    ------
    UserError
        When the file is missing, of an unknown format or malformed.

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
    found = find_format(source)
    if found is None:
        raise _unknown(source)
    if found.states_rate and options.fs is not None:
        raise UserError("--fs", f"{source.name} says its sampling rate itself", "leave it out")
    return found.open(source, options)


def find_source(path: str | Path) -> Path:
    """Return the file that a path stands for: the header for a WFDB record.

    Raises
    ------
    UserError
        When there is no such file, or it is a folder or empty.
    """
    given = Path(path)
    ending = given.suffix.lower()
    header = given.with_suffix(".hea") if ending in DATA_ENDINGS else Path(f"{given}.hea")
    if (ending in DATA_ENDINGS or ending not in ENDINGS) and _exists(header):
        given = header
    file_size(given)
    return given


def _unknown(source: Path) -> UserError:
    if source.suffix.lower() in DATA_ENDINGS:
        rule = f"no header {source.stem}.hea beside it"
        return UserError(source, rule, "copy the header of the record too")
    return UserError(source, "not a known format by its content", "convert it to EDF, WFDB or CSV")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that no file can have, for its length or a zero in it
        return False

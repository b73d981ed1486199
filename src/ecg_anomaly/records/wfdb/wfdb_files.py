"""WFDB records on disk: checked reading, and writing."""

from pathlib import Path

import numpy as np
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_annotations import read_annotations
from ecg_anomaly.records.wfdb.wfdb_header import list_segments, read_header
from ecg_anomaly.records.wfdb.wfdb_signal import read_signal

#: Units per mV of a written record: 12 bits then reach beyond 10 mV at 5 µV a step.
GAIN_PER_MV = 200.0


def list_records(folder: Path) -> list[str]:
    """Names of the records in a folder, sorted: the stems of its headers.

    Segments of a multi-segment record are not records of their own.

    Raises
    ------
    UserError
        When the folder is absent or holds no header.
    """
    if not folder.is_dir():
        raise UserError(folder, "no such folder", "check dataset.folder")
    names = sorted(path.stem for path in folder.glob("*.hea"))
    if not names:
        raise UserError(folder, "no WFDB header (.hea) in this folder", "check dataset.folder")
    segments = {stem for name in names for stem in list_segments(folder / f"{name}.hea")}
    return [name for name in names if name not in segments]


def read_record(folder: Path, name: str, subject: str | None = None) -> Record:
    """Read one WFDB record with its ``.atr`` annotations, if it has any.

    Parameters
    ----------
    folder : Path
        Folder of the ``.hea``, ``.dat`` and ``.atr`` files.
    name : str
        Name of the record.
    subject : str, optional
        The person; `name` when not given.

    Returns
    -------
    Record
        Leads measured in volts of any scale, converted to mV; other signals are left out.

    Raises
    ------
    UserError
        When a file is missing, truncated, malformed or against its checksum.
    """
    header = read_header(folder / f"{name}.hea")
    signal, leads = read_signal(folder, name, header)
    return Record(
        name=name,
        subject=subject or name,
        signal=signal,
        fs=header.fs,
        leads=leads,
        annotations=read_annotations(folder, name, len(signal), header.fs),
    )


def write_record(record: Record, folder: Path) -> None:
    """Write a record as ``.hea``, ``.dat`` (format 212) and, when labelled, ``.atr``.

    Amplitudes are rounded to 5 µV and clipped at ±10.23 mV; NaN becomes the format's
    missing-sample code.
    """
    digital = np.clip(np.rint(record.signal * GAIN_PER_MV), -2047, 2047)
    digital = np.where(np.isnan(record.signal), -2048, digital).astype(np.int64)
    n_leads = len(record.leads)
    wfdb.wrsamp(
        record.name,
        fs=record.fs,
        units=["mV"] * n_leads,
        sig_name=list(record.leads),
        d_signal=digital,
        fmt=["212"] * n_leads,
        adc_gain=[GAIN_PER_MV] * n_leads,
        baseline=[0] * n_leads,
        write_dir=str(folder),
    )
    marks = record.annotations
    if marks is not None and not len(marks.sample):
        (folder / f"{record.name}.atr").write_bytes(b"\0\0")  # wfdb refuses to write no mark
    elif marks is not None:
        symbol = np.asarray(marks.symbol, dtype="<U1")
        wfdb.wrann(record.name, "atr", marks.sample, symbol=symbol, write_dir=str(folder))

"""Read WFDB records whole, with their annotations, list those of a folder, and write them."""

from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import check_symbols
from ecg_anomaly.records.read_options import STRICT
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.stored_values import RESTORE
from ecg_anomaly.records.wfdb.wfdb_header import list_segments
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

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
    """Read one WFDB record into memory, with its ``.atr`` annotations if it has any.

    Parameters
    ----------
    folder : Path
        Folder of the ``.hea``, ``.dat`` and ``.atr`` files.
    name : str
        Name of the record.
    subject : str, optional
        Who was recorded; `name` when not given.

    Returns
    -------
    Record
        What `WfdbRecord` reads: the ECG leads at the highest rate, in mV.

    Raises
    ------
    UserError
        When a file is missing, truncated, malformed or against its checksum.
    """
    stored = WfdbRecord(folder / f"{name}.hea", STRICT)
    k = stored.samples_per_frame
    marks = read_annotations(folder, name, stored.n_samples // k, stored.fs / k)
    if marks is not None and k > 1:  # marks count frames
        marks = Annotations(marks.sample * k, marks.symbol)
    return Record(
        name=name,
        subject=subject or name,
        signal=stored.read(0, stored.n_samples),
        fs=stored.fs,
        leads=stored.leads,
        annotations=marks,
    )


def read_annotations(folder: Path, name: str, n_samples: int, fs: float) -> Annotations | None:
    """Read the ``.atr`` file of a record.

    Parameters
    ----------
    folder : Path
        Folder of the record.
    name : str
        Name of the record.
    n_samples : int
        Length of the record in samples; in frames where a frame holds several samples.
    fs : float
        Sampling rate of the record in Hz; frames per second likewise.

    Returns
    -------
    Annotations or None
        None when there is no ``.atr`` file.

    Raises
    ------
    UserError
        When the file is cut short or malformed, holds codes that WFDB does not define, counts at
        another sampling rate, or has marks out of order or outside the record.
    """
    path = folder / f"{name}.atr"
    if not path.exists():
        return None
    try:
        if path.read_bytes()[-2:] != b"\0\0":
            raise ValueError("no end mark, the file is truncated")
        marks = wfdb.rdann(
            str(folder / name), "atr", return_label_elements=["symbol", "label_store"]
        )
    except Exception as error:  # wfdb raises six kinds of exception for malformed files
        raise UserError(path, f"not a WFDB annotation file ({error})", RESTORE) from error
    symbol = _symbols(path, marks)
    if marks.fs is not None and not np.isclose(marks.fs, fs, rtol=1e-6):
        rule = f"marks count at {marks.fs} Hz, the record at {fs} Hz"
        raise UserError(path, rule, "write the annotations at the record's rate")
    sample = np.asarray(marks.sample, dtype=np.int64)
    _check_order(path, sample, n_samples)
    return Annotations(sample, symbol.astype("<U1"))


def _symbols(path: Path, marks: wfdb.Annotation) -> NDArray[np.str_]:
    # For a code it does not know wfdb gives NaN, whose first letter would be a beat's symbol.
    known = [isinstance(symbol, str) for symbol in marks.symbol]
    codes = np.asarray(marks.label_store)[~np.array(known, dtype=bool)]
    if len(codes):
        rule = f"unknown annotation codes {' '.join(map(str, np.unique(codes)))}"
        raise UserError(path, rule, "use the WFDB beat codes, see data/README.md")
    symbol = np.array(marks.symbol, dtype=str)
    check_symbols(symbol, str(path))
    return symbol


def _check_order(path: Path, sample: NDArray[np.int64], n_samples: int) -> None:
    if len(sample) and (sample.min() < 0 or sample.max() >= n_samples):
        rule = f"a mark at sample {sample.max() if sample.min() >= 0 else sample.min()}"
        raise UserError(path, f"{rule} of {n_samples}", RESTORE)
    if (np.diff(sample) < 0).any():
        raise UserError(path, "marks are not in the order of time", RESTORE)


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

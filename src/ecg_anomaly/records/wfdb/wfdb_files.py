"""Read WFDB records whole, with their annotations (beats, rhythms, comments), and write them."""

from pathlib import Path

import numpy as np
import wfdb
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import check_symbols, is_beat
from ecg_anomaly.records.read_options import STRICT
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.stored_values import RESTORE
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

#: Largest annotation file: a month of 150 beats a minute takes 40 MB at most.
MAX_BYTES = 64 << 20

#: Units per mV of a written record: 12 bits then reach beyond 10 mV at 5 µV a step.
GAIN_PER_MV = 200.0

#: Most values of a record that is read whole: 4 GB, 24 h of 12 leads at 1000 Hz.
MAX_VALUES = 1 << 30


def read_annotations(folder: Path, name: str, fs: float) -> Annotations | None:
    """Read the ``.atr`` file of a record.

    Parameters
    ----------
    folder : Path
        Folder of the record.
    name : str
        Name of the record.
    fs : float
        Sampling rate of the record in Hz; frames per second where a frame holds several samples.

    Returns
    -------
    Annotations or None
        None when there is no ``.atr`` file. Marks count frames, and may lie past the end of the
        record.

    Raises
    ------
    UserError
        When the file is cut short or malformed, holds codes that WFDB does not define, counts at
        another sampling rate, or has marks out of order or before the record.
    """
    path = folder / f"{name}.atr"
    if not path.exists():
        return None
    try:
        _check_file(path)
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
    _check_order(path, sample)
    return Annotations(sample, symbol.astype("<U1"))


def _check_file(path: Path) -> None:
    if not path.is_file():  # a pipe would be waited for
        raise ValueError("no plain file")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES >> 20} MB")
    if path.read_bytes()[-2:] != b"\0\0":
        raise ValueError("no end mark, the file is truncated")


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


def _check_order(path: Path, sample: NDArray[np.int64]) -> None:
    if len(sample) and sample.min() < 0:
        raise UserError(path, f"a mark at sample {sample.min()}", RESTORE)
    if (np.diff(sample) < 0).any():
        raise UserError(path, "marks are not in the order of time", RESTORE)


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
        What `WfdbRecord` reads: the ECG leads at the highest rate, in mV. It is not labelled when
        no annotation in it marks a beat: changes of rhythm alone label none.

    Raises
    ------
    UserError
        When a file is missing, truncated, malformed or against its checksum, or the record too
        large to be held.
    """
    path = folder / f"{name}.hea"
    stored = WfdbRecord(path, STRICT)
    n_values = stored.n_samples * len(stored.leads)
    if n_values > MAX_VALUES:
        rule = f"{n_values} values, more than {MAX_VALUES} can be held"
        raise UserError(path, rule, "write it as several records")
    k = stored.samples_per_frame
    marks = read_annotations(path.parent, path.stem, stored.fs / k)
    marks, n_outside = _label(marks, k, stored.n_samples) if marks else (None, 0)
    signal = stored.read(0, stored.n_samples)  # before its notes: checksums are compared meanwhile
    not_read = [f"not read: {other.name} ({other.why})" for other in stored.left_out]
    return Record(
        name=name,
        subject=subject or name,
        signal=signal,
        fs=stored.fs,
        leads=stored.leads,
        annotations=marks,
        n_marks_outside=n_outside,
        notes=(*stored.notes, *not_read),
    )


def _label(marks: Annotations, per_frame: int, n_samples: int) -> tuple[Annotations | None, int]:
    """Return the marks inside a record, in samples, or None if no beat is among them.

    Marks count frames. Those on or past the last sample, which may close the last rhythm or beat,
    are left out, and the second value is their number.
    """
    sample = marks.sample * per_frame
    inside = sample < n_samples
    kept = Annotations(sample[inside], marks.symbol[inside])
    return kept if is_beat(kept.symbol).any() else None, int((~inside).sum())


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

"""Read WFDB records whole, with their annotations (beats, rhythms, comments), and write them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.read_options import STRICT
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb.wfdb_annotations import read_annotations
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

#: Units per mV of a written record: 12 bits then cover ±10 mV in steps of 5 µV.
GAIN_PER_MV = 200.0

#: Most values of a record that is read whole: 4 GB, 24 h of 12 leads at 1000 Hz.
MAX_VALUES = 1 << 30


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
        The leads that `WfdbRecord` reads: the ECG leads at the highest rate, in mV. It has no
        annotations when none of them marks a beat: changes of rhythm alone are no labels.

    Raises
    ------
    UserError
        When a file is missing, truncated or malformed, its checksum is wrong, or the record does
        not fit into memory.
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
    signal = stored.read(0, stored.n_samples)  # before `notes`, which reading may add to
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
    """Return the annotations inside a record, in samples, or None if none marks a beat.

    Annotations count frames. Those after the last sample, which may close the last rhythm or beat,
    are left out; the second value is their number.
    """
    sample = marks.sample * per_frame
    inside = sample < n_samples
    rhythms = tuple((at * per_frame, note) for at, note in marks.rhythms)
    within = tuple((at, note) for at, note in rhythms if at < n_samples)
    kept = Annotations(sample[inside], marks.symbol[inside], within)
    return kept if is_beat(kept.symbol).any() else None, int((~inside).sum())


def write_record(record: Record, folder: Path) -> None:
    """Write a record as ``.hea``, ``.dat`` (format 212) and, when labelled, ``.atr``.

    Amplitudes are rounded to 5 µV and clipped at ±10.23 mV; NaN becomes the format's code for a
    missing sample. Changes of rhythm get an annotation ``+`` where they have none.
    """
    import wfdb  # and pandas with it

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
        sample, symbol, notes = _list_marks(marks)
        wfdb.wrann(record.name, "atr", sample, symbol=symbol, aux_note=notes, write_dir=str(folder))


def _list_marks(marks: Annotations) -> tuple[NDArray[np.int64], NDArray[np.str_], list[str]]:
    """Return sample, code and note of all annotations, with a ``+`` for each change of rhythm."""
    rhythms = dict(marks.rhythms)
    plain = [
        (at, code, rhythms.pop(at, "") if code == "+" else "")
        for at, code in zip(marks.sample.tolist(), marks.symbol.tolist(), strict=True)
    ]
    added = [(at, "+", note) for at, note in rhythms.items()]
    every = sorted([*added, *plain], key=lambda mark: mark[0])
    sample = np.array([at for at, _, _ in every], dtype=np.int64)
    return sample, np.array([code for _, code, _ in every]), [note for *_, note in every]

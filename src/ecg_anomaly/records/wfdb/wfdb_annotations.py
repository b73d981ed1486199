"""WFDB annotation files: checked reading."""

from pathlib import Path

import numpy as np
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import check_symbols
from ecg_anomaly.records.record import Annotations

RESTORE = "restore the file from its source"


def read_annotations(folder: Path, name: str, n_samples: int, fs: float) -> Annotations | None:
    """Read the ``.atr`` file of a record.

    Parameters
    ----------
    folder : Path
        Folder of the record.
    name : str
        Name of the record.
    n_samples : int
        Length of the record in samples.
    fs : float
        Sampling rate of the record in Hz.

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
    if len(sample) and (sample.min() < 0 or sample.max() >= n_samples):
        rule = f"a mark at sample {sample.max() if sample.min() >= 0 else sample.min()}"
        raise UserError(path, f"{rule} of {n_samples}", RESTORE)
    if (np.diff(sample) < 0).any():
        raise UserError(path, "marks are not in the order of time", RESTORE)
    return Annotations(sample, symbol.astype("<U1"))


def _symbols(path: Path, marks: wfdb.Annotation) -> np.ndarray:
    # For a code it does not know wfdb gives NaN, whose first letter would be a beat's symbol.
    known = [isinstance(symbol, str) for symbol in marks.symbol]
    codes = np.asarray(marks.label_store)[~np.array(known, dtype=bool)]
    if len(codes):
        rule = f"unknown annotation codes {' '.join(map(str, np.unique(codes)))}"
        raise UserError(path, rule, "use the WFDB beat codes, see data/README.md")
    symbol = np.array(marks.symbol, dtype=str)
    check_symbols(symbol, str(path))
    return symbol

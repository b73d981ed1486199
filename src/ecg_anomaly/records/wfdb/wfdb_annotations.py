"""Read WFDB annotation files of any annotator: beats, changes of rhythm and quality, comments."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import check_symbols
from ecg_anomaly.records.record import Annotations
from ecg_anomaly.records.stored_values import RESTORE

if TYPE_CHECKING:
    import wfdb

#: Largest annotation file: a month of 150 beats a minute takes 40 MB at most.
MAX_BYTES = 64 << 20


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
        None when there is no ``.atr`` file. Samples are counted in frames, and may lie past the
        end of the record.

    Raises
    ------
    UserError
        When the file is truncated or malformed, holds codes that WFDB does not define, counts at
        another sampling rate, or its annotations are out of order or before the record.
    """
    path = folder / f"{name}.atr"
    if not path.exists():
        return None
    marks = read_annotation_file(path, fs)
    return Annotations(marks.sample, marks.symbol, list_rhythms(marks))


class AnnotationFile(NamedTuple):
    """The content of an annotation file.

    Attributes
    ----------
    sample : (n,) int64
        Sample of each annotation, ascending.
    symbol : (n,) str
        WFDB codes.
    subtype : (n,) int64
        Subtypes; that of a ``~`` says which signals are readable.
    note : (n,) str
        Text of the annotations, such as the rhythm that a ``+`` begins; ``""`` without text.
    fs : float or None
        Samples per second by which the file counts; None if it does not state them.
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    subtype: NDArray[np.int64]
    note: NDArray[np.str_]
    fs: float | None


def read_annotation_file(path: Path, fs: float | None = None) -> AnnotationFile:
    """Read the annotations of any annotator.

    Parameters
    ----------
    path : Path
        ``RECORD.ANNOTATOR``.
    fs : float, optional
        Sampling rate of the record in Hz; a file that states another one is refused.

    Returns
    -------
    AnnotationFile

    Raises
    ------
    UserError
        See `read_annotations`.
    """
    import wfdb  # and pandas with it: most recordings have no annotations

    labels = ["symbol", "label_store"]
    try:
        _check_file(path)
        marks = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:], return_label_elements=labels)
    except Exception as error:  # wfdb raises six kinds of exception for malformed files
        raise UserError(path, f"not a WFDB annotation file ({error})", RESTORE) from error
    symbol = _symbols(path, marks)
    if fs is not None and marks.fs is not None and not np.isclose(marks.fs, fs, rtol=1e-6):
        rule = f"marks count at {marks.fs} Hz, the record at {fs} Hz"
        raise UserError(path, rule, "write the annotations at the record's rate")
    sample = np.asarray(marks.sample, dtype=np.int64)
    _check_order(path, sample)
    subtype = np.asarray(marks.subtype, dtype=np.int64)
    note = np.array([text.rstrip("\0") for text in marks.aux_note], dtype=str)
    return AnnotationFile(sample, symbol.astype("<U1"), subtype, note, marks.fs)


def list_rhythms(marks: AnnotationFile) -> tuple[tuple[int, str], ...]:
    """List the changes of rhythm: sample and note, which begins with ``(``."""
    rows = np.flatnonzero((marks.symbol == "+") & np.char.startswith(marks.note, "("))
    return tuple(zip(marks.sample[rows].tolist(), marks.note[rows].tolist(), strict=True))


def _check_file(path: Path) -> None:
    if not path.is_file():  # a pipe would be waited for
        raise ValueError("no plain file")
    if path.stat().st_size > MAX_BYTES:
        raise ValueError(f"more than {MAX_BYTES >> 20} MB")
    if path.read_bytes()[-2:] != b"\0\0":
        raise ValueError("no end mark, the file is truncated")


def _symbols(path: Path, marks: "wfdb.Annotation") -> NDArray[np.str_]:
    # wfdb gives NaN for an unknown code, and the first letter of "nan" is the code of a beat.
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

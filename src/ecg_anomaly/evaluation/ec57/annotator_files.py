"""Find and read the annotation files of two annotators, and refuse those that do not fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.evaluation.ec57.marks import LEARNING_S, ComparedPart, Marks
from ecg_anomaly.files.errors import UserError, list_some
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.wfdb.wfdb_annotations import read_annotation_file
from ecg_anomaly.records.wfdb.wfdb_header import read_header

#: Largest share of the beats of a test annotator that may lie after the end of the record.
MAX_SHARE_BEHIND = 0.02


@dataclass(frozen=True)
class ReferenceFile:
    """The reference annotations of a record.

    Attributes
    ----------
    path : Path
        The annotation file.
    marks : Marks
        Its annotations.
    part : ComparedPart
        Rate and length of the record.
    """

    path: Path
    marks: Marks
    part: ComparedPart


def find_records(
    reference: Path, test: Path, annotators: tuple[str, str], records: Sequence[str] = ()
) -> list[str]:
    """Find the records that two annotators have in common.

    Parameters
    ----------
    reference, test : Path
        Folders of annotation files ``RECORD.ANNOTATOR``.
    annotators : (str, str)
        Names of the reference and of the test annotator.
    records : sequence of str
        Records to compare; all that the test annotator has when empty.

    Returns
    -------
    list of str
        Names in alphabetical order, or as given in `records`.

    Raises
    ------
    UserError
        When a folder is missing or holds no file of its annotator.
    """
    for folder, annotator in ((reference, annotators[0]), (test, annotators[1])):
        if not folder.is_dir():
            raise UserError(folder, "no such folder", "name the folder of the annotation files")
        if not any(folder.glob(f"*.{annotator}")):
            found = list_some(sorted({path.suffix[1:] for path in folder.iterdir()} - {""}))
            rule = f"no file *.{annotator} (files end in {found or 'nothing'})"
            raise UserError(folder, rule, "choose the annotator by the ending of the file names")
    return list(records) or sorted(path.stem for path in test.glob(f"*.{annotators[1]}"))


def read_reference_file(folder: Path, record: str, annotator: str) -> ReferenceFile:
    """Read the reference annotations of a record, and its header for rate and length.

    Parameters
    ----------
    folder : Path
        Folder of ``RECORD.hea`` and ``RECORD.ANNOTATOR``. Without a header the rate is that of the
        annotation file and the record ends with its last annotation.
    record, annotator : str
        Names of the record and of the annotator.

    Raises
    ------
    UserError
        When a file is missing or malformed, the rate is unknown, no beat is annotated, or the
        record ends within the learning period.
    """
    path, header = folder / f"{record}.{annotator}", folder / f"{record}.hea"
    fs, length = None, None
    if header.is_file():
        stored = read_header(header)
        fs, length = stored.fs, stored.n_samples
    marks, own_fs = _read_marks(path, fs)
    fs = fs or own_fs
    if fs is None:
        rule = f"neither {header.name} nor the annotations say the sampling rate"
        raise UserError(path, rule, f"put {header.name} beside it")
    last = length or int(marks.sample[-1])
    part = ComparedPart(fs, last, length_known=bool(length))
    if part.length <= part.start:
        rule = f"the record ends within the first {LEARNING_S // 60} minutes"
        raise UserError(path, rule, "EC57 compares what follows; leave the record out")
    return ReferenceFile(path, marks, part)


def read_test_marks(folder: Path, record: str, annotator: str, part: ComparedPart) -> Marks:
    """Read the annotations of a test annotator.

    Parameters
    ----------
    folder : Path
        Folder of ``RECORD.ANNOTATOR``.
    record, annotator : str
        Names of the record and of the annotator.
    part : ComparedPart
        Rate and length of the record.

    Raises
    ------
    UserError
        When the file is missing or malformed, counts at another rate, or holds no beat, or when
        more than `MAX_SHARE_BEHIND` of its beats lie after the end of the record.
    """
    path = folder / f"{record}.{annotator}"
    marks, _ = _read_marks(path, part.fs)
    beats = marks.sample[is_beat(marks.symbol)]
    n_behind = int((beats > part.length).sum())
    if n_behind > MAX_SHARE_BEHIND * len(beats):
        rule = f"{n_behind} of {len(beats)} beats lie after the end of the record"
        raise UserError(path, rule, "take the annotations of this record, at its sampling rate")
    return marks


def _read_marks(path: Path, fs: float | None) -> tuple[Marks, float | None]:
    if not path.exists():
        raise UserError(path, "no such file", "compare records that both annotators have")
    file = read_annotation_file(path, fs)
    if not is_beat(file.symbol).any():
        raise UserError(path, "no beat is annotated", "leave the record out")
    return Marks(file.sample, file.symbol, file.subtype, file.note), file.fs


def find_mismatched_records(
    samples: Iterable[tuple[str, int, int]], least: float = 0.5
) -> list[str]:
    """Find records whose test annotations match so few beats that they may be of another record.

    Parameters
    ----------
    samples : iterable of (str, int, int)
        Record, beats of the reference that were found, and all of them.
    least : float
        Least share of matched beats. Annotations of another record match three to four beats of
        ten by chance.

    Examples
    --------
    >>> find_mismatched_records([("100", 35, 100), ("101", 99, 100)])
    ['100']
    """
    return [record for record, found, beats in samples if found < least * beats]

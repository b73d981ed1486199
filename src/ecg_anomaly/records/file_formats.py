"""The file formats that are known: how each is recognised by content, and which reader opens it.

A reader is added by an entry of `FORMATS`, before those that recognise less surely::

    FileFormat("SCP-ECG", is_scp, open_scp),

where ``is_scp`` is a function of `recognition` that takes the first bytes of a file, and
``open_scp`` one of `format_readers` that opens it. The usual ending of the files goes to
`record_names.ENDINGS`. A format that is recognised but not read has an entry with `refuse`, so that
the error says what the file is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.format_readers import (
    open_aecg,
    open_dicom,
    open_edf,
    open_ishne,
    open_muse,
    open_philips,
    open_scp,
    open_table,
    open_xdf,
)
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.recognition import (
    ISHNE_MARK,
    PARQUET_MARK,
    is_dicom,
    is_edf,
    is_scp,
    is_text,
    is_wfdb_annotation,
    is_wfdb_header,
    read_head,
    xml_root,
)
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

Opener = Callable[[Path, ReadOptions], StoredRecord]


@dataclass(frozen=True)
class FileFormat:
    """A file format.

    Attributes
    ----------
    name : str
        Name for people.
    recognises : callable
        Says from the first bytes of a file whether it is of the format.
    open : callable
        Opens a file of the format, or refuses it with the reason.
    states_rate : bool
        Whether a file says its sampling rate itself.
    """

    name: str
    recognises: Callable[[bytes], bool]
    open: Opener
    states_rate: bool = True


def refuse(what: str, way_out: str) -> Opener:
    """Return an opener that refuses a file with a `UserError`.

    Parameters
    ----------
    what, way_out : str
        What the file is, and what to do instead; ``{record}`` is replaced by the file's stem.
    """

    def opener(path: Path, options: ReadOptions) -> StoredRecord:  # noqa: ARG001
        raise UserError(path, what, way_out.format(record=path.stem))

    return opener


def _starts(*marks: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(marks)


def _has_root(name: str) -> Callable[[bytes], bool]:
    return lambda head: xml_root(head) == name


_CONVERT = "convert it to EDF, WFDB or CSV"
_NAME_HEADER = "name the header {record}.hea, with the signals beside it"

WFDB = FileFormat("WFDB", is_wfdb_header, WfdbRecord)
EDF = FileFormat("EDF", is_edf, open_edf)
PARQUET = FileFormat("Parquet", _starts(PARQUET_MARK), open_table, states_rate=False)
TABLE = FileFormat("table", is_text, open_table, states_rate=False)

#: In the order in which a file is compared with them; text of any other kind is a table.
FORMATS: tuple[FileFormat, ...] = (
    PARQUET,
    EDF,
    FileFormat("BDF", _starts(b"\xffBIOSEMI"), open_edf),
    FileFormat("ISHNE", _starts(ISHNE_MARK), open_ishne),
    FileFormat(
        "ISHNE annotations", _starts(b"ANN  1.0"),
        refuse("annotations of an ISHNE recording, no signal", "name the recording they belong to"),
    ),
    FileFormat("XDF", _starts(b"XDF:"), open_xdf),
    FileFormat("DICOM", is_dicom, open_dicom),
    FileFormat("SCP-ECG", is_scp, open_scp),
    FileFormat("HL7 aECG", _has_root("AnnotatedECG"), open_aecg),
    FileFormat("Philips XML", _has_root("restingecgdata"), open_philips),
    FileFormat("GE MUSE XML", _has_root("RestingECG"), open_muse),
    FileFormat(
        "XML", lambda head: is_text(head) and bool(xml_root(head)),
        refuse("XML that is no HL7 aECG, Philips or GE MUSE recording", _CONVERT),
    ),
    FileFormat("MATLAB", _starts(b"MATLAB "), refuse("a MATLAB file", _NAME_HEADER)),
    FileFormat(
        "HDF5", _starts(b"\x89HDF\r\n\x1a\n"), refuse("an HDF5 or MATLAB 7.3 file", _CONVERT)
    ),
    FileFormat(
        "ZIP", _starts(b"PK\x03\x04"),
        refuse("a ZIP archive or a workbook (.xlsx)", "unpack it, or save the sheet as CSV"),
    ),
    FileFormat(
        "compressed", _starts(b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"(\xb5/\xfd"),
        refuse("a compressed file", "unpack it first"),
    ),
    FileFormat(
        "picture", _starts(b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"II*\0", b"MM\0*"),
        refuse("a picture or document, no signal", "name the recording it was made of"),
    ),
    WFDB,
    TABLE,
    FileFormat(
        "WFDB annotations", is_wfdb_annotation,
        refuse("annotations of a WFDB record, no signal", _NAME_HEADER),
    ),
)  # fmt: skip

#: Formats by ending, for a file whose content is not recognised: it is damaged, and the reader of
#: the format says how.
BY_ENDING = {
    ".hea": WFDB,
    ".edf": EDF,
    ".parquet": PARQUET,
    **dict.fromkeys((".csv", ".tsv", ".txt"), TABLE),
}


def find_format(path: Path) -> FileFormat | None:
    """Find the format of a file by its content.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FileFormat or None
        None when neither the content nor the ending is known.

    Raises
    ------
    UserError
        When the file is missing, no regular file, empty or cannot be read.
    """
    head = read_head(path)
    by_ending = BY_ENDING.get(path.suffix.lower())
    found = next((known for known in FORMATS if known.recognises(head)), by_ending)
    # A text file ending in .hea is taken for a header, whose reader says what is wrong with it.
    return WFDB if found is TABLE and by_ending is WFDB else found

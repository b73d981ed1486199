"""Read and download ECG5000 of the UCR archive: 5000 beats of one patient, already cut out.

Each row of the two text files is a class (1 to 5) and 140 values standardised to mean 0 and
standard deviation 1, so amplitudes are not in mV, there are no RR intervals, and the nominal
sampling rate of 140 Hz means no more than "one beat, one second".
"""

import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import numpy as np

from ecg_anomaly.files.atomic import replace_file
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.download import download_file
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record, UnusableRecord

ARCHIVE_URL = "https://www.timeseriesclassification.com/aeon-toolkit/ECG5000.zip"

SAMPLES_PER_BEAT = 140

#: Class number -> WFDB code: normal, R-on-T PVC, PVC, supraventricular, unclassified.
SYMBOLS = {1: "N", 2: "r", 3: "V", 4: "S", 5: "Q"}

#: The only subject: record 07 of the BIDMC Congestive Heart Failure Database (chfdb).
SUBJECT = "chf07"

#: Name of each record, and its file.
HALVES = {"train": "ECG5000_TRAIN.txt", "test": "ECG5000_TEST.txt"}


class Ecg5000:
    """The two files as two records of one subject, their beats concatenated.

    Parameters
    ----------
    folder : Path
        Folder of ``ECG5000_TRAIN.txt`` and ``ECG5000_TEST.txt``.
    exclude : collection of str
        Records that are not opened: ``"train"`` or ``"test"``.

    Attributes
    ----------
    subjects : dict of str to str
        Subject of each record.
    left_out : list of UnusableRecord
        Always empty: a public file that cannot be read is an error.
    """

    def __init__(self, folder: Path, exclude: Collection[str] = ()) -> None:
        self._folder = folder
        self._files = {name: file for name, file in HALVES.items() if name not in exclude}
        self.subjects = dict.fromkeys(HALVES, SUBJECT)
        self.left_out: list[UnusableRecord] = []

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[Record]:
        for name, file in self._files.items():
            yield read_half(self._folder / file, name)


def read_half(path: Path, name: str) -> Record:
    """Read one of the two files as a record of pre-cut beats.

    Raises
    ------
    UserError
        When the file is no table of 141 finite columns or has an unknown class.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of a file without data NumPy only warns
            table = np.loadtxt(path, dtype=np.float64, ndmin=2)
    except (OSError, ValueError, UserWarning) as error:
        raise UserError(path, f"not a table of numbers ({error})", "restore the file") from error
    if table.shape[1] != SAMPLES_PER_BEAT + 1 or not np.isfinite(table).all():
        rule = f"expected {SAMPLES_PER_BEAT + 1} finite columns, found {table.shape[1]}"
        raise UserError(path, rule, "restore the file")
    classes = table[:, 0]
    unknown = sorted(set(classes.tolist()) - SYMBOLS.keys())
    if unknown:
        raise UserError(path, f"unknown classes {unknown}", "restore the file")
    starts = np.arange(len(table), dtype=np.int64) * SAMPLES_PER_BEAT
    symbol = np.array([SYMBOLS[c] for c in classes.tolist()], dtype="<U1")
    return Record(
        name=name,
        subject=SUBJECT,
        signal=table[:, 1:].reshape(-1, 1).astype(np.float32),
        fs=float(SAMPLES_PER_BEAT),
        leads=("ECG",),
        annotations=Annotations(starts, symbol),
        segment_length=SAMPLES_PER_BEAT,
    )


def fetch_ecg5000(folder: Path, digests: Mapping[str, str]) -> None:
    """Download the public archive and unpack the two files, checked against their SHA256."""
    package = folder / "ECG5000.zip"
    download_file(ARCHIVE_URL, package, None)
    for file, digest in digests.items():
        with replace_file(folder / file) as temporary:
            temporary.write_bytes(_unpack(package, file))
            if file_sha256(temporary) != digest:
                rule = f"{file} has another SHA256 than the UCR archive's"
                raise UserError(ARCHIVE_URL, rule, "get the file elsewhere")


def _unpack(package: Path, file: str) -> bytes:
    try:
        with zipfile.ZipFile(package) as archive:
            return archive.read(file)
    except (KeyError, zipfile.BadZipFile, zlib.error) as error:
        rule = f"does not hold {file} ({error})"
        raise UserError(ARCHIVE_URL, rule, "get the file elsewhere") from error

"""Write and read the archive of extracted records, from which all later stages read.

It is written array by array, so that only one array is in memory at a time.
"""

import hashlib
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ecg_anomaly.files.atomic import (
    replace_folder,
    write_array_by_array,
    write_json,
)
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record, UnusableRecord

INDEX, ARRAYS, LEFT_OUT = "records.json", "records.npz", "left_out.json"


def write_records(
    records: Iterable[Record], folder: str | Path, left_out: Sequence[UnusableRecord] = ()
) -> list[dict[str, object]]:
    """Write records into a folder that appears whole or not at all.

    Parameters
    ----------
    records : iterable of Record
        One is in memory at a time.
    folder : str or Path
        Receives ``records.json`` (subject, length, leads and more of each record), ``records.npz``
        (signals, annotations) and ``left_out.json`` (records that cannot be used, and why).
    left_out : sequence of UnusableRecord
        Used after `records` were read, because reading them may fill it.

    Returns
    -------
    list of dict
        The index as written.
    """
    index: list[dict[str, object]] = []
    with replace_folder(folder) as temporary:
        with write_array_by_array(temporary / ARRAYS) as arrays:
            for record in records:
                arrays.add(f"{record.name}.signal", record.signal)
                if record.annotations is not None:
                    arrays.add(f"{record.name}.sample", record.annotations.sample)
                    arrays.add(f"{record.name}.symbol", record.annotations.symbol)
                index.append(_index_row(record))
        write_json(temporary / INDEX, index)
        write_json(temporary / LEFT_OUT, [asdict(record) for record in left_out])
    return index


class RecordArchive:
    """Extracted records, read one at a time.

    Parameters
    ----------
    folder : str or Path
        A folder that `write_records` wrote.

    Attributes
    ----------
    index : list of dict
        Name, subject, rate, leads and more of each record, as `write_records` returns it.

    Raises
    ------
    UserError
        When the folder holds no extracted records.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self.index: list[dict[str, object]] = read_json(self._folder / INDEX)

    @property
    def left_out(self) -> list[UnusableRecord]:
        """Records of the data set that cannot be used."""
        return [row.fill(UnusableRecord) for row in read_json(self._folder / LEFT_OUT)]

    @property
    def subjects(self) -> dict[str, str]:
        """Subject of every record, unusable ones included."""
        left_out = {record.name: record.subject for record in self.left_out}
        return left_out | {str(row["name"]): str(row["subject"]) for row in self.index}

    def __len__(self) -> int:
        return len(self.index)

    def __iter__(self) -> Iterator[Record]:
        return self.read([str(row["name"]) for row in self.index])

    def read(self, names: Collection[str]) -> Iterator[Record]:
        """Yield some records in the order of the index; the others are not read."""
        with self._open() as arrays:
            for row in self.index:
                if row["name"] in names:
                    yield _record(row, arrays)

    def digest(self, names: Collection[str]) -> str:
        """Return the SHA256 over the index rows and the CRC-32 of the arrays of some records."""
        rows = [row for row in self.index if row["name"] in names]
        total = hashlib.sha256(json.dumps(rows, sort_keys=True).encode())
        with self._open() as arrays:
            assert arrays.zip is not None
            for member in arrays.zip.infolist():
                # NAME.signal.npy; a name may have points of its own
                if member.filename.rsplit(".", 2)[0] in names:
                    text = f"{member.CRC:08x} {member.file_size} {member.filename}\n"
                    total.update(text.encode())
        return total.hexdigest()

    @contextmanager
    def _open(self) -> Iterator[np.lib.npyio.NpzFile]:
        try:
            with (
                (self._folder / ARRAYS).open("rb") as stream,
                np.load(stream, allow_pickle=False) as arrays,
            ):
                yield arrays
        except UserError:
            raise
        except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile) as error:
            rule = f"not a readable archive ({error})"
            raise UserError(self._folder / ARRAYS, rule, "run `dvc repro -f extract`") from error


def _index_row(record: Record) -> dict[str, object]:
    return {
        "name": record.name,
        "subject": record.subject,
        "fs": record.fs,
        "leads": list(record.leads),
        "n_samples": len(record.signal),
        "labelled": record.annotations is not None,
        "rhythms": record.annotations.rhythms if record.annotations else (),
        "segment_length": record.segment_length,
        "n_marks_outside": record.n_marks_outside,
        "notes": list(record.notes),
    }


def _record(row: dict[str, object], arrays: np.lib.npyio.NpzFile) -> Record:
    name = str(row["name"])
    marks = None
    if row["labelled"]:
        rhythms = tuple((int(sample), str(note)) for sample, note in row["rhythms"])  # type: ignore[attr-defined]
        marks = Annotations(arrays[f"{name}.sample"], arrays[f"{name}.symbol"], rhythms)
    return Record(
        name=name,
        subject=str(row["subject"]),
        signal=arrays[f"{name}.signal"],
        fs=float(row["fs"]),  # type: ignore[arg-type]
        leads=tuple(row["leads"]),  # type: ignore[arg-type]
        annotations=marks,
        segment_length=row["segment_length"],  # type: ignore[arg-type]
        n_marks_outside=row["n_marks_outside"],  # type: ignore[arg-type]
        notes=tuple(row["notes"]),  # type: ignore[arg-type]
    )

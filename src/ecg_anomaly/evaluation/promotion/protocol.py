"""The fixed set of recordings for promotions: labelled, of subjects unseen in training."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError, list_some
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.record_archive import RecordArchive

TEST = "test"


@dataclass(frozen=True)
class Protocol:
    """The recordings on which detectors are compared.

    Attributes
    ----------
    folder : Path
        Archive of the recordings.
    names : tuple of str
        Records of the protocol.
    subjects : tuple of str
        Their subjects, sorted.
    digest : str
        SHA256 over their entries in the archive, samples and annotations included.
    """

    folder: Path
    names: tuple[str, ...]
    subjects: tuple[str, ...]
    digest: str

    def read(self) -> Iterator[Record]:
        """Read the recordings, one at a time."""
        return RecordArchive(self.folder).read(self.names)

    def describe(self) -> str:
        """Return number of recordings and subjects, and the start of the digest, for people."""
        return (
            f"{len(self.names)} recordings of {len(self.subjects)} test subjects, protocol "
            f"{self.digest[:12]}"
        )


def open_protocol(records: Path, split: Path, exclude: Collection[str] = ()) -> Protocol:
    """Find the labelled recordings of the test subjects.

    Parameters
    ----------
    records : Path
        Archive of recordings, as stage `extract` writes it.
    split : Path
        ``split.json``, as stage `preprocess` writes it.
    exclude : collection of str
        Records that are left out.

    Raises
    ------
    UserError
        When a file is absent or malformed, a test subject is in another split too, or fewer than
        two subjects have labels, because an interval over subjects needs two.
    """
    subjects = _read_split(split)
    test = set(subjects[TEST])
    shared = sorted(test & _others(subjects))
    if shared:
        rule = f"test subjects that networks have learned from: {list_some(shared)}"
        raise UserError(split, rule, "split by subject (dataset.split.unit=subject)")
    archive = RecordArchive(records)
    rows = [
        row
        for row in archive.index
        if row["subject"] in test and row["labelled"] and row["name"] not in exclude
    ]
    found = sorted({str(row["subject"]) for row in rows})
    if len(found) < 2:
        rule = f"{len(found)} labelled test subjects, a comparison needs two or more"
        raise UserError(records, rule, "name labelled recordings with promotion.records and .split")
    names = tuple(str(row["name"]) for row in rows)
    return Protocol(records, names, tuple(found), archive.digest(names))


def _read_split(path: Path) -> dict[str, list[str]]:
    """Read the subjects of each split.

    Raises
    ------
    UserError
        When the file is absent or names no test subjects.
    """
    try:
        found = {
            row["split"]: [str(s) for s in row["subjects"]] for row in read_json(path)["splits"]
        }
    except (KeyError, TypeError) as error:
        raise UserError(
            path, "lists no subjects of splits", "run `dvc repro preprocess`"
        ) from error
    if not found.get(TEST):
        raise UserError(path, "names no test subject", "run `dvc repro preprocess`")
    return found


def _others(subjects: dict[str, list[str]]) -> set[str]:
    return {name for split, names in subjects.items() if split != TEST for name in names}

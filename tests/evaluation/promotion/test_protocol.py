"""The recordings of a protocol: labelled, of test subjects, at least two; and their digest."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.evaluation.promotion.protocol import open_protocol
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.record_archive import write_records


def record(name: str, subject: str, labelled: bool = True) -> Record:
    marks = Annotations(np.array([5]), np.array(["N"])) if labelled else None
    return Record(name, subject, np.ones((20, 1), np.float32), 100.0, ("II",), marks)


RECORDS = [
    record("1", "a"), record("2", "b"), record("3", "b"), record("4", "c"), record("5", "a", False),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_records(RECORDS, tmp_path / "records")
    write_split(tmp_path, train=["c"], test=["a", "b"])
    return tmp_path


def write_split(folder: Path, **splits: list[str]) -> None:
    rows = [{"split": name, "subjects": subjects} for name, subjects in splits.items()]
    write_json(folder / "split.json", {"splits": rows})


def opened(folder: Path, *exclude: str):
    return open_protocol(folder / "records", folder / "split.json", exclude)


def test_it_holds_the_labelled_recordings_of_test_subjects(folder: Path):
    protocol = opened(folder)
    assert [r.name for r in protocol.read()] == ["1", "2", "3"]
    assert protocol.subjects == ("a", "b")
    assert opened(folder, "3").names == ("1", "2")
    assert protocol.digest[:12] in protocol.describe()


def test_the_digest_knows_samples_and_annotations_of_its_recordings_alone(folder: Path):
    before = opened(folder).digest
    changed = [*RECORDS[:3], replace(RECORDS[3], fs=200.0), RECORDS[4]]
    write_records(changed, folder / "records")
    assert opened(folder).digest == before
    marks = Annotations(np.array([5]), np.array(["V"]))
    write_records([replace(RECORDS[0], annotations=marks), *RECORDS[1:]], folder / "records")
    assert opened(folder).digest != before


@pytest.mark.parametrize(
    ("splits", "rule"),
    [
        ({"train": ["a"], "test": ["a", "b"]}, "learned from: a"),
        ({"train": ["c"], "test": ["a"]}, "1 labelled test subjects"),
        ({"train": ["c"], "test": []}, "names no test subject"),
        ({"train": ["c"]}, "names no test subject"),
    ],
)
def test_what_cannot_be_compared_on_is_refused(folder: Path, splits, rule):
    write_split(folder, **splits)
    with pytest.raises(UserError, match=rule):
        opened(folder)


@pytest.mark.parametrize("content", [[], {"splits": 3}, {"splits": [{"split": "test"}]}, "x"])
def test_a_file_that_is_no_split_is_refused(folder: Path, content):
    write_json(folder / "split.json", content)
    with pytest.raises(UserError, match="split"):
        opened(folder)

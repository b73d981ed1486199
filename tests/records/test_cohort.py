import pytest

from default_config import dataset_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import cohort
from ecg_anomaly.records.cohort import Cohort, database_of, origin_of
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder


@pytest.fixture
def two_databases(tmp_path, make_noise_record, monkeypatch):
    """Two folders in the place of two public databases, both with a record 100."""
    for database, names in {"mitdb": ["100", "101"], "svdb": ["100"]}.items():
        (tmp_path / database).mkdir()
        for name in names:
            write_record(make_noise_record(name), tmp_path / database)

    def open_database(name, raw, subjects, exclude):
        return WfdbFolder(raw / name, subjects, exclude)

    monkeypatch.setattr(cohort, "open_database", open_database)
    return tmp_path


def test_records_are_named_with_their_database(two_databases):
    source = Cohort(["mitdb", "svdb"], two_databases, {"mitdb/101": "mitdb/100"})
    found = [(record.name, record.subject) for record in source]
    assert found == [
        ("mitdb/100", "mitdb/100"), ("mitdb/101", "mitdb/100"), ("svdb/100", "svdb/100"),
    ]  # fmt: skip
    assert dict(found) == source.subjects
    assert len(source) == 3


def test_one_subject_of_two_databases_is_one_subject(two_databases):
    source = Cohort(["mitdb", "svdb"], two_databases, {"svdb/100": "mitdb/100"})
    assert {record.subject for record in source} == {"mitdb/100", "mitdb/101"}


@pytest.mark.parametrize(
    ("record", "origin"),
    [
        ("qtdb/sel100", "mitdb/100"), ("qtdb/sel232", "mitdb/232"), ("qtdb/sel803", "svdb/803"),
        ("qtdb/sel16265", "qtdb/sel16265"), ("qtdb/sele0103", "qtdb/sele0103"),
        ("qtdb/sel30", "qtdb/sel30"), ("mitdb/100", "mitdb/100"), ("100", "100"),
    ],
)  # fmt: skip
def test_an_excerpt_in_the_qt_database_is_of_the_subject_it_was_taken_from(record, origin):
    assert origin_of(record) == origin


def test_the_subject_of_an_excerpt_is_that_of_the_record(two_databases, make_noise_record):
    (two_databases / "qtdb").mkdir()
    write_record(make_noise_record("sel101"), two_databases / "qtdb")
    source = Cohort(["mitdb", "qtdb"], two_databases, {"mitdb/101": "mitdb/100"})
    assert source.subjects["qtdb/sel101"] == "mitdb/100"


def test_excluded_records_of_one_database_only_are_left_out(two_databases):
    source = Cohort(["mitdb", "svdb"], two_databases, {}, ["mitdb/100"])
    assert [record.name for record in source] == ["mitdb/101", "svdb/100"]
    assert len(source) == 2
    assert "mitdb/100" in source.subjects


def test_what_cannot_be_read_is_said_with_its_database(two_databases):
    (two_databases / "mitdb" / "101.dat").unlink()
    source = Cohort(["mitdb", "svdb"], two_databases, {"mitdb/101": "mitdb/100"})
    assert [record.name for record in source] == ["mitdb/100", "svdb/100"]
    assert [(r.name, r.subject) for r in source.left_out] == [("mitdb/101", "mitdb/100")]


def test_any_subset_of_the_databases_may_be_read(two_databases):
    names = {"mitdb/101": "mitdb/100", "qtdb/x": "qtdb/y"}
    config = dataset_config(source="cohort", databases=["mitdb"], subjects=names)
    assert len(open_dataset(config, two_databases)) == 2
    wrong = dataset_config(source="cohort", databases=["mitdb"], exclude=["mitdb/1"])
    with pytest.raises(UserError, match="mitdb/1 not in"):
        open_dataset(wrong, two_databases)


def test_the_database_of_a_record_is_the_first_part_of_its_name():
    assert database_of("mitdb/100") == "mitdb"
    assert database_of("100") == ""


@pytest.mark.parametrize(
    ("source", "databases"),
    [("cohort", []), ("cohort", ["mitdb", "mitdb"]), ("cohort", ["xdb"]), ("mitdb", ["mitdb"])],
)
def test_a_cohort_names_each_of_its_databases_once(source, databases):
    with pytest.raises(UserError, match=r"dataset\.databases"):
        dataset_config(source=source, databases=databases)

"""Where a database is looked for, in which order, and what is said when it is nowhere."""

import hashlib

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import sources
from ecg_anomaly.records.sources import WfdbFolder, find_database, published_digests
from ecg_anomaly.records.wfdb.wfdb_files import write_record

CONTENT = {"a.dat": b"signal", "a.hea": b"header"}


@pytest.fixture(autouse=True)
def small_database(monkeypatch):
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setattr(sources, "published_digests", {"db": digests}.get)
    monkeypatch.delenv(sources.DATA_VARIABLE, raising=False)


def put(folder, **changes):
    folder.mkdir(parents=True)
    for name, content in (CONTENT | changes).items():
        (folder / name).write_bytes(content)
    return folder


def never(folder, digests):
    pytest.fail("a download was tried")


def test_the_projects_own_copy_comes_first(tmp_path, monkeypatch):
    own, outside = put(tmp_path / "raw" / "db"), put(tmp_path / "data" / "db")
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "data"))
    assert find_database("db", tmp_path / "raw", never) == own
    (own / "a.dat").unlink()
    assert find_database("db", tmp_path / "raw", never) == outside


def test_then_it_is_fetched_into_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "nothing here"))
    asked = []

    def fetch(folder, digests):
        asked.append((folder, sorted(digests)))
        put(folder)

    assert find_database("db", tmp_path / "raw", fetch) == tmp_path / "raw" / "db"
    assert asked == [(tmp_path / "raw" / "db", ["a.dat", "a.hea"])]


@pytest.mark.parametrize("place", ["raw", "data"])
def test_a_changed_file_is_refused_wherever_it_lies(tmp_path, monkeypatch, place):
    put(tmp_path / place / "db", **{"a.dat": b"changed"})
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "data"))
    with pytest.raises(UserError, match=r"a\.dat: SHA256 differs"):
        find_database("db", tmp_path / "raw", never)


def test_when_all_fails_the_error_names_the_places_and_the_way_out(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "data"))

    def fail(folder, digests):
        raise UserError("http://server", "cannot be downloaded (ConnectionError)", "try again")

    with pytest.raises(UserError) as caught:
        find_database("db", tmp_path / "raw", fail)
    line = str(caught.value)
    for part in ("db: not in", "raw/db", "data/db", "http://server", "set ECG_ANOMALY_DATA"):
        assert part in line
    assert len(line.splitlines()) == 1


def test_a_folder_gives_its_records_to_the_right_people(tmp_path, make_noise_record):
    for name in ("r2", "r1"):
        write_record(make_noise_record(name), tmp_path)
    source = WfdbFolder(tmp_path, {"r2": "r1"})
    assert len(source) == 2
    assert [(record.name, record.subject) for record in source] == [("r1", "r1"), ("r2", "r1")]


def test_published_lists_name_every_file_of_the_databases():
    mitdb, ecg5000 = (published_digests(name) for name in ("mitdb", "ecg5000"))
    assert len(mitdb) == 3 * 48
    assert sorted(ecg5000) == ["ECG5000_TEST.txt", "ECG5000_TRAIN.txt"]
    assert all(len(digest) == 64 for digest in (mitdb | ecg5000).values())

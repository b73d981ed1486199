import hashlib

import pytest

from ecg_anomaly.config.data_schema import DATABASES
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import public_databases
from ecg_anomaly.records.public_databases import (
    PHYSIONET,
    find_database,
    open_database,
    published_digests,
)
from ecg_anomaly.records.wfdb.wfdb_files import write_record


def test_every_database_of_the_configuration_has_an_address():
    assert sorted(PHYSIONET) == sorted(DATABASES)


def test_no_network_and_no_copy_ends_in_one_line(tmp_path, monkeypatch):
    monkeypatch.delenv("ECG_ANOMALY_DATA", raising=False)
    monkeypatch.setitem(PHYSIONET, "mitdb", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"mitdb: not in .*set ECG_ANOMALY_DATA"):
        open_database("mitdb", tmp_path, {}, [])


CONTENT = {"a.dat": b"signal", "a.hea": b"header"}


@pytest.fixture
def small_database(monkeypatch):
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setattr(public_databases, "published_digests", {"db": digests}.get)
    monkeypatch.delenv(public_databases.DATA_VARIABLE, raising=False)


def put(folder, **changes):
    folder.mkdir(parents=True)
    for name, content in (CONTENT | changes).items():
        (folder / name).write_bytes(content)
    return folder


def never(folder, digests):
    pytest.fail("a download was tried")


@pytest.mark.usefixtures("small_database")
def test_the_projects_own_copy_comes_first(tmp_path, monkeypatch):
    own, outside = put(tmp_path / "raw" / "db"), put(tmp_path / "data" / "db")
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "data"))
    assert find_database("db", tmp_path / "raw", never) == own
    (own / "a.dat").unlink()
    assert find_database("db", tmp_path / "raw", never) == outside


@pytest.mark.usefixtures("small_database")
def test_then_it_is_fetched_into_the_project(tmp_path, monkeypatch):
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "nothing here"))
    asked = []

    def fetch(folder, digests):
        asked.append((folder, sorted(digests)))
        put(folder)

    assert find_database("db", tmp_path / "raw", fetch) == tmp_path / "raw" / "db"
    assert asked == [(tmp_path / "raw" / "db", ["a.dat", "a.hea"])]


@pytest.mark.parametrize("place", ["raw", "data"])
@pytest.mark.usefixtures("small_database")
def test_a_changed_file_is_refused_wherever_it_lies(tmp_path, monkeypatch, place):
    put(tmp_path / place / "db", **{"a.dat": b"changed"})
    monkeypatch.setenv("ECG_ANOMALY_DATA", str(tmp_path / "data"))
    with pytest.raises(UserError, match=r"a\.dat: SHA256 differs"):
        find_database("db", tmp_path / "raw", never)


@pytest.mark.usefixtures("small_database")
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


def test_published_lists_name_every_file_of_the_databases():
    mitdb, svdb, qtdb, ecg5000 = map(published_digests, (*DATABASES, "ecg5000"))
    assert len(mitdb) == 3 * 48
    assert len(svdb) == 3 * 39
    assert len(qtdb) == 3 * 54
    assert sorted(ecg5000) == ["ECG5000_TEST.txt", "ECG5000_TRAIN.txt"]
    assert all(len(digest) == 64 for digest in (mitdb | svdb | qtdb | ecg5000).values())


def test_a_downloaded_database_may_hold_folders_of_other_records(
    tmp_path, make_noise_record, monkeypatch
):
    (tmp_path / "x_mitdb").mkdir()
    for path in (tmp_path / "100", tmp_path / "x_mitdb" / "x_100"):
        write_record(make_noise_record(path.name), path.parent)
    monkeypatch.setattr(public_databases, "find_database", lambda *_: tmp_path)
    monkeypatch.setattr(
        public_databases, "published_digests", lambda _: {"100.hea": "", "100.dat": ""}
    )
    source = open_database("mitdb", tmp_path, {}, [])
    assert [record.name for record in source] == ["100"]

import os

import fsspec
import pytest

from ecg_anomaly.archive.file_store import FileStore, find_file_system, local_path, store_errors
from ecg_anomaly.files.errors import UserError


def client_error(name: str) -> type[Exception]:
    """Make an exception as a client of an object store has it."""
    return type(name, (Exception,), {"__module__": "botocore.exceptions"})


@pytest.fixture(params=["disk", "memory"])
def store(request, tmp_path):
    """Give a store on a disk, and one that is no disk."""
    if request.param == "disk":
        yield FileStore(str(tmp_path / "table"))
        return
    yield FileStore("memory://table")
    fsspec.filesystem("memory").store.clear()


def test_files_are_written_read_listed_renamed_and_removed(store, tmp_path):
    assert store.read("a/b") is None
    assert store.list_names("a") == []
    store.write("a/c", b"2")
    store.write("a/b", b"1")
    store.write("a/b", b"3")
    assert store.read("a/b") == b"3"
    assert store.list_names("a") == ["b", "c"]
    (tmp_path / "local").write_bytes(b"4")
    store.upload("a/b", tmp_path / "local")
    assert store.read("a/b") == b"4"
    store.rename("a/b", "a/_b")
    store.remove("a/c")
    store.remove("a/c")
    assert store.list_names("a") == ["_b"]
    store.remove_folder("a")
    store.remove_folder("a")
    assert store.list_names("a") == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UserError, match="cannot be written"):
        FileStore(str(tmp_path)).write("a", b"")


def test_a_file_in_the_place_of_a_folder_is_named(tmp_path):
    (tmp_path / "table").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        FileStore(str(tmp_path / "table")).write("a", b"")


@pytest.mark.parametrize("address", ["what://x", "gs://bucket/x"])
def test_an_address_of_no_kind_that_is_installed_is_refused(address):
    with pytest.raises(UserError, match=r"no known kind|pip install gcsfs"):
        find_file_system(address)


def test_paths_on_a_disk_are_known():
    assert str(local_path("/a/b")) == "/a/b"
    assert str(local_path("file:///a/b")) == "/a/b"
    assert local_path("s3://a/b") is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (PermissionError(13, "Access Denied"), "not allowed"),
        (client_error("NoCredentialsError")("Unable to locate"), "check the credentials"),
        (client_error("EndpointConnectionError")("x" * 900), "check the address"),
        (ConnectionResetError(104, "reset"), "check the address"),
    ],
)
def test_errors_of_clients_become_a_line(error, words):
    with pytest.raises(UserError, match=words) as raised, store_errors("s3://b/k"):
        raise error
    assert len(str(raised.value)) < 400


def test_a_defect_stays_one():
    with pytest.raises(ZeroDivisionError), store_errors("s3://b/k"):
        raise ZeroDivisionError

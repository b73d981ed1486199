from pathlib import Path

import fsspec
import pytest

from ecg_anomaly.archive.fetched_recording import fetch_recording, find_version
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record


@pytest.fixture
def remote(records: Path):
    """Put the recordings, and one of two segments, where no disk of this machine is."""
    (records / "long.hea").write_text("long/2 2 360 43200\ns01 21600\ns02 21600\n")
    system = fsspec.filesystem("memory")
    for path in records.iterdir():
        system.pipe_file(f"/archive/{path.name}", path.read_bytes())
    yield "memory://archive"
    system.store.clear()


@pytest.mark.parametrize("name", ["s01.hea", "s01", "s01.dat"])
def test_a_record_is_brought_with_its_signals_and_removed(remote, records, name):
    with fetch_recording(ManifestRow(f"{remote}/{name}")) as fetched:
        brought = open_record(fetched.source).read(0, 500)
        assert fetched.files == (f"{remote}/s01.hea", f"{remote}/s01.dat")
        assert (brought == open_record(records / "s01").read(0, 500)).all()
    assert not fetched.source.parent.exists()


def test_segments_are_brought_too(remote):
    with fetch_recording(ManifestRow(f"{remote}/long")) as fetched:
        assert open_record(fetched.source).n_samples == 43200
    assert len(fetched.files) == 5


def test_the_digest_is_that_of_the_bytes_wherever_they_are(remote, records):
    digests = set()
    for uri in (f"{remote}/s01", str(records / "s01"), f"file://{records}/s01.hea"):
        with fetch_recording(ManifestRow(uri)) as fetched:
            digests.add(fetched.sha256)
    assert len(digests) == 1
    signal = records / "s01.dat"
    signal.write_bytes(signal.read_bytes()[:-1] + b"\1")
    with fetch_recording(ManifestRow(str(records / "s01"))) as fetched:
        assert fetched.sha256 not in digests


def test_a_recording_that_changes_has_another_version(records):
    files = [str(records / "s01.hea"), str(records / "s01.dat")]
    before = find_version(files)
    assert find_version(files) == before
    (records / "s01.dat").write_bytes(b"")
    assert find_version(files) != before
    (records / "s01.dat").unlink()
    assert find_version(files) is None


@pytest.mark.parametrize(
    ("name", "words"), [("s09", "no such file"), ("", "a folder"), ("s09.edf", "no such file")]
)
def test_what_is_not_there_is_said(remote, records, name, words):
    for place in (remote, str(records)):
        with pytest.raises(UserError, match=words), fetch_recording(ManifestRow(f"{place}/{name}")):
            pass

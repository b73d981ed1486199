"""An archive on S3: manifest, recordings and tables, against moto's server."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
import requests

from ecg_anomaly.archive.archive_plan import read_part
from ecg_anomaly.archive.archive_run import prepare_job, run_here
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import read_manifest
from ecg_anomaly.archive.recording_scoring import score_uri
from ecg_anomaly.files.errors import UserError

pytestmark = pytest.mark.slow

#: Moto's server, which says its port; it ends with this process, whose pipe it reads.
SERVER = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


turn = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Start the server and return its address."""
    pytest.importorskip("s3fs")
    command = [sys.executable, "-W", "ignore", "-c", SERVER]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as server:  # type: ignore[call-overload]
        yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        server.stdin.close()


@pytest.fixture
def bucket(endpoint, records: Path, monkeypatch) -> str:
    """Put two recordings and a manifest into a bucket."""
    import s3fs

    for variable, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(variable, value)
    system = s3fs.S3FileSystem(skip_instance_cache=True)
    name = f"archive-{next(turn)}"
    system.mkdir(name)
    for path in records.glob("s0[12].*"):
        system.pipe_file(f"{name}/ward a/{path.name}", path.read_bytes())
    uris = [f"s3://{name}/{end}" for end in ("ward a/s01", "ward a/s02.hea", "s03")]
    system.pipe_file(f"{name}/manifest.txt", "\n".join(uris).encode())
    return f"s3://{name}"


def test_an_archive_is_scored_where_it_is(bucket, chosen, model):
    def run() -> Counter:
        job = prepare_job(f"{bucket}/manifest.txt", f"{bucket}/table", chosen.sha256, beats=True)
        return Counter(done.outcome for done in run_here(job, model))

    assert run() == {"scored": 2, "failed": 1}
    assert run() == {"there already": 2, "failed": 1}
    store = FileStore(f"{bucket}/table")
    assert json.loads(store.read("table.json") or b"")["format"] == 1
    assert len(store.list_names(f"beats/detector={chosen.sha256[:16]}")) == 2


def test_credentials_that_fail_are_a_row_and_a_line(bucket, chosen, monkeypatch):
    import botocore.exceptions
    import s3fs

    async def refuse(*_args: object, **_options: object) -> None:
        raise botocore.exceptions.NoCredentialsError

    monkeypatch.setattr(s3fs.S3FileSystem, "_call_s3", refuse)
    s3fs.S3FileSystem.clear_instance_cache()
    row = score_uri(f"{bucket}/ward a/s01.edf", chosen)
    assert row["failure"] == "not allowed"
    with pytest.raises(UserError, match="check the credentials"):
        list(read_manifest(f"{bucket}/other.txt"))


@pytest.fixture
def refuse_keys(endpoint) -> Iterator[Callable[[], None]]:
    """Let the server refuse every key from the call on, and none after the test."""
    s3fs = pytest.importorskip("s3fs")

    def after(requests_allowed: str) -> None:
        requests.post(f"{endpoint}/moto-api/reset-auth", data=requests_allowed, timeout=10)
        s3fs.S3FileSystem.clear_instance_cache()

    yield lambda: after("0")
    after("inf")


def test_keys_that_the_store_refuses_are_one_line_wherever_they_are_used(
    bucket, chosen, refuse_keys
):
    manifest, table = f"{bucket}/manifest.txt", f"{bucket}/table"
    job, store = prepare_job(manifest, table, chosen.sha256), FileStore(table)
    refuse_keys()
    for use in (
        lambda: prepare_job(manifest, table, chosen.sha256),
        lambda: read_part(job.plan, 0),
        lambda: store.read("table.json"),
        lambda: store.list_names(""),
        lambda: store.write("table.json", b""),
        lambda: store.remove("table.json"),
    ):
        with pytest.raises(UserError, match=r"not allowed .*; check the credentials"):
            use()
    assert score_uri(f"{bucket}/ward a/s01", chosen)["failure"] == "not allowed"


def test_a_table_in_a_bucket_that_is_not_there_is_one_line(bucket, chosen):
    table = f"{bucket}-of-nobody/table"
    with pytest.raises(UserError, match="no such bucket; make it") as refused:
        prepare_job(f"{bucket}/manifest.txt", table, chosen.sha256)
    assert str(refused.value).startswith(table)


def test_a_bucket_that_vanishes_during_a_run_is_one_line(bucket, chosen, model):
    import s3fs

    job = prepare_job(f"{bucket}/manifest.txt", f"{bucket}/table", chosen.sha256)
    s3fs.S3FileSystem(skip_instance_cache=True).rm(bucket, recursive=True)
    with pytest.raises(UserError, match="run the command again"):
        list(run_here(job, model))

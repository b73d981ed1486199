"""A private PostgreSQL for a test: Debian's package, started in a folder of its own."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlflow_server import free_port


def find_binaries() -> Path | None:
    """Find the folder of initdb and pg_ctl, the newest of several."""
    on_path = shutil.which("initdb")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if on_path is not None:
        return Path(on_path).resolve().parent
    return found[-1].parent if found else None


@contextmanager
def running_postgresql(binaries: Path) -> Iterator[str]:
    """Run a server; yield an address to which a database's name is added."""
    folder = Path(tempfile.mkdtemp(prefix="postgresql-"))
    port = free_port()
    if os.geteuid() == 0:  # its programs refuse to run as root
        shutil.chown(folder, "postgres", "postgres")
    data, log = str(folder / "data"), str(folder / "log")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {folder}"
    try:
        call(binaries / "initdb", "-D", data, "-U", "me", "--auth=trust", "-E", "UTF8")
        call(binaries / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        yield f"postgresql+psycopg://me@127.0.0.1:{port}"
    finally:
        call(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def create_database(binaries: Path, server: str, name: str) -> str:
    """Create a database; return its URL."""
    port = server.rpartition(":")[2]
    call(binaries / "createdb", "-h", "127.0.0.1", "-p", port, "-U", "me", name)
    return f"{server}/{name}"


def call(program: Path, *words: str, check: bool = True) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    # pg_ctl's server keeps what it inherits: no pipe that somebody waits for.
    done = subprocess.run(
        [*prefix, str(program), *words], cwd="/", stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0 or not check, f"{program.name} {words}: {done.returncode}"

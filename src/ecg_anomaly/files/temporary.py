"""Temporary files and folders that are removed in the end, by another process if it must be.

Each is locked with ``flock`` by the process that writes it. The system releases the lock when that
process ends, in whichever way; so what is not locked was left behind, and the next writer of the
same target removes it. Process numbers would not do: in another container they mean other
processes.
"""

import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from ecg_anomaly.files.stop_signals import tidied_on_stop, uninterrupted

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and nothing of others removed
    fcntl = None  # type: ignore[assignment]

#: What is put around the name of a target: ``.NAME.k3_x9a0b.tmp``.
ENDING, _RANDOM = ".tmp", "[a-z0-9_]{8}"

#: Bytes of a target's name that its temporary one repeats at most; a system allows 255 in all.
LONGEST = 200

#: Seconds to wait for another process that holds the lock of a folder.
PATIENCE_S = 10.0


@contextmanager
def temporary_beside(target: Path, folder: bool = False) -> Iterator[Path]:
    """Yield a new file or folder beside `target`; whatever is left of it in the end is removed.

    Before it, `remove_abandoned` is to be called, once for all targets of a folder.

    Parameters
    ----------
    target : Path
        What the temporary one will be renamed to. Its parent folder must be there.
    folder : bool
        Makes a folder instead of a file.

    Raises
    ------
    OSError
        When it cannot be made.
    """
    with ExitStack() as stack:
        with uninterrupted():
            path, lock = _make(target, folder)
            stack.callback(os.close, lock)
            stack.enter_context(tidied_on_stop(partial(_remove, path)))
            stack.callback(_remove, path)
        yield path


def remove_abandoned(targets: Sequence[Path]) -> None:
    """Remove what processes that were killed had begun to write to some targets of one folder."""
    starts = "|".join(re.escape(_short_name(target.name)) for target in targets)
    known = re.compile(rf"\.(?:{starts})\.{_RANDOM}\{ENDING}(?:\.former)?")
    for name in os.listdir(targets[0].parent) if fcntl else ():
        if known.fullmatch(name):
            with suppress(OSError):
                _remove_unlocked(targets[0].parent / name)


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Let no other process run such a block with the same folder at the same time.

    Without a lock, when the file system has none or another process does not give it back for
    `PATIENCE_S`, the block runs all the same.
    """
    handle = os.open(folder, os.O_RDONLY) if fcntl else None
    try:
        deadline = time.monotonic() + PATIENCE_S
        while handle is not None and not _lock(handle) and time.monotonic() < deadline:
            time.sleep(0.005)
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _short_name(name: str) -> str:
    encoded = os.fsencode(name)
    if len(encoded) <= LONGEST:
        return name
    digest = hashlib.sha256(encoded).hexdigest()[:16]
    return f"{os.fsdecode(encoded[: LONGEST // 2])}-{digest}"


def _make(target: Path, folder: bool) -> tuple[Path, int]:
    """Make a temporary file or folder and lock it."""
    prefix = f".{_short_name(target.name)}."
    while True:
        if folder:
            name = tempfile.mkdtemp(prefix=prefix, suffix=ENDING, dir=target.parent)
            try:
                handle = os.open(name, os.O_RDONLY)
            except FileNotFoundError:
                continue
        else:
            handle, name = tempfile.mkstemp(prefix=prefix, suffix=ENDING, dir=target.parent)
        if _lock(handle, wait=True) and not os.path.exists(name):
            os.close(handle)  # another process found it before it was locked
            continue
        return Path(name), handle


def _lock(handle: int, wait: bool = False) -> bool:
    """Lock an open file or folder; False when another process has, or the system cannot."""
    with suppress(OSError):
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            return True
    return False


def _remove_unlocked(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        if _lock(handle):
            _remove(path)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)

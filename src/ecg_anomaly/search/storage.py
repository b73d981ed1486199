"""Where a study is kept: a journal file on one machine, a database for several."""

import fcntl
import os
import warnings
from pathlib import Path
from typing import IO

from optuna.exceptions import ExperimentalWarning, StorageInternalError
from optuna.storages import (
    BaseStorage,
    JournalStorage,
    RDBStorage,
    RetryHeartbeatStaleTrialCallback,
    get_storage,
)
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

from ecg_anomaly.config.search_schema import SearchConfig
from ecg_anomaly.files.errors import UserError

#: Heartbeats that may be missing before a trial counts as dead.
GRACE = 4


class KernelLock(JournalFileOpenLock):
    """The lock of a journal, held by the kernel until its process ends.

    Both locks that Optuna has are files that a killed process leaves behind: everybody waits 30 s,
    then takes the lock away from whoever holds it. A killed process may also have written half a
    line, which spoils the journal for good once another line follows: it is cut off first.

    Parameters
    ----------
    journal : str
        Path of the journal; the lock is a file beside it.
    """

    def __init__(self, journal: str) -> None:
        super().__init__(journal)
        self._journal = journal
        self._stream: IO[bytes] | None = None

    def acquire(self) -> bool:
        """Wait for the lock."""
        stream = open(f"{self._journal}.flock", "ab")  # noqa: SIM115
        fcntl.flock(stream, fcntl.LOCK_EX)
        self._stream = stream
        mend_journal(Path(self._journal))
        return True

    def release(self) -> None:
        """Let go of the lock."""
        assert self._stream is not None
        self._stream.close()
        self._stream = None


def mend_journal(path: Path) -> None:
    """Cut off a last line without an end: its writer was killed."""
    with path.open("r+b") as stream:
        size = stream.seek(0, os.SEEK_END)
        if not size:
            return
        stream.seek(size - 1)
        if stream.read(1) != b"\n":
            stream.seek(0)
            stream.truncate(stream.read().rfind(b"\n") + 1)


def study_folder(config: SearchConfig) -> Path:
    """Folder of a study: journal, logs of the workers, plots."""
    return Path(config.folder) / config.study


def open_storage(config: SearchConfig) -> BaseStorage:
    """Open the storage of a study.

    Parameters
    ----------
    config : SearchConfig
        ``storage``, and the folder for a journal.

    Raises
    ------
    UserError
        When a journal cannot be read or written, or a database cannot be reached.
    """
    if config.storage is None:
        return _open_journal(study_folder(config) / "journal.log")
    return _open_database(config.storage, config.heartbeat_s, config.retries)


def find_storage(config: SearchConfig) -> BaseStorage:
    """Open the storage of a study that exists; unlike `open_storage` it makes no file.

    Raises
    ------
    UserError
        When there is no journal, and as in `open_storage`.
    """
    path = study_folder(config) / "journal.log"
    if config.storage is None and not path.is_file():
        rule = f"no study {config.study!r}, there is no {path}"
        raise UserError("search.study", rule, "begin it with src/search_architecture.py")
    return open_storage(config)


def close_storage(storage: BaseStorage) -> None:
    """Close the connections to a database; a journal has none."""
    storage.remove_session()
    engine = getattr(getattr(storage, "_backend", storage), "engine", None)
    if engine is not None:
        engine.dispose()


def _open_journal(path: Path) -> BaseStorage:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = KernelLock(str(path))
        backend = JournalFileBackend(str(path), lock_obj=lock)
        lock.acquire()
        lock.release()
        return JournalStorage(backend)
    except OSError as error:
        rule = f"cannot be written ({error.strerror})"
        raise UserError(path, rule, "choose another search.folder") from None
    except (ValueError, KeyError, TypeError) as error:
        rule = f"not a journal of Optuna ({error})"
        raise UserError(path, rule, "move it away or choose another search.study") from None


def _open_database(url: str, heartbeat_s: int, retries: int) -> BaseStorage:
    # Takes a quarter of the start of a worker, and a journal does without it.
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExperimentalWarning)
            database = RDBStorage(
                url,
                engine_kwargs={"pool_pre_ping": True, "connect_args": _timeout(url)},
                heartbeat_interval=heartbeat_s,
                grace_period=GRACE * heartbeat_s,
                heartbeat_stale_trial_callback=RetryHeartbeatStaleTrialCallback(retries),
            )
        return get_storage(database)  # reads every ended trial once
    except (SQLAlchemyError, StorageInternalError, NoSuchModuleError, ArgumentError) as error:
        raise _unreachable(url, error) from None
    except ImportError as error:
        rule = f"its driver is not installed ({error})"
        raise UserError("search.storage", rule, "pip install 'ecg-anomaly[postgresql]'") from None


def _timeout(url: str) -> dict[str, int]:
    return {"connect_timeout": 10} if url.startswith("postgresql") else {}


def _unreachable(url: str, error: Exception) -> UserError:
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    reason = " ".join(str(cause).split())[:200]
    address = url.rpartition("@")[2]  # what stands before it may be a password
    rule = f"cannot reach {address} ({type(cause).__name__}: {reason})"
    return UserError("search.storage", rule, "start the database or correct the URL")

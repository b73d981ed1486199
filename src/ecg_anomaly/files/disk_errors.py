"""Say in one line why the system did not let a file be written, and what can be done about it."""

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ecg_anomaly.files.errors import UserError

#: What a user can do, by the number of the system's error.
WAYS_OUT = {
    errno.ENOSPC: "free space",
    errno.EDQUOT: "free space, or have the quota raised",
    errno.EFBIG: "raise the limit on the size of files (`ulimit -f`)",
    errno.ENAMETOOLONG: "shorten the name",
    errno.EMFILE: "raise the limit on open files (`ulimit -n`)",
    errno.ENFILE: "end other programs: the system has too many files open",
    errno.ENOMEM: "see that enough memory is free",
    errno.EAGAIN: "raise the limit on processes (`ulimit -u`)",
    errno.EIO: "check the disk",
    errno.EILSEQ: "give it a name that the disk can hold",
}

ELSEWHERE = "choose a writable folder"


@contextmanager
def disk_errors(target: Path, temporaries: Mapping[str, Path] | None = None) -> Iterator[None]:
    """Turn an error of the system into a `UserError`.

    Parameters
    ----------
    target : Path
        What is written in the block.
    temporaries : mapping of str to Path, optional
        Temporary files, and what each will be: named when the error is of one of them.

    Raises
    ------
    UserError
        Names the file that the error is about. One elsewhere, as a file that is read meanwhile, is
        not said to be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno is None:  # not the system's word: other libraries derive from OSError
            raise
        reason = error.strerror or str(error)
        way_out = WAYS_OUT.get(error.errno, ELSEWHERE)
        known = {
            **(temporaries or {}),
            **{str(path): path for path in (temporaries or {}).values()},
        }
        where = known.get(str(error.filename), target)
        path = Path(str(error.filename or target)).absolute()
        if str(error.filename) not in known and not _is_part(path, target.absolute()):
            way_out = WAYS_OUT.get(error.errno, "see that it can be used")
            raise UserError(error.filename, f"failed ({reason})", way_out) from error
        raise UserError(where, f"cannot be written ({reason})", way_out) from error


def _is_part(path: Path, target: Path) -> bool:
    """Say whether a path is `target`, a folder above it, or temporary beside it."""
    if path == target or path in target.parents:
        return True
    if not path.is_relative_to(target.parent):
        return False
    return any(part.endswith(".tmp") for part in path.relative_to(target.parent).parts)

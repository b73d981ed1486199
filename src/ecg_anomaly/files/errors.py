"""The exception for every mistake that a user can correct; it becomes one line of output.

Errors of the system in writing a file become one too.
"""

import errno
import re
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

#: Characters that a message repeats, at most, of what it complains about, and its own at most.
MOST_QUOTED, MOST_SAID = 80, 400

#: What a message quotes: text in quotation marks (an apostrophe is none), or without a space.
_QUOTED = re.compile(r"(?<!\w)'[^']{80,}'(?!\w)|\"[^\"]{80,}\"|\S{81,}")

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


class UserError(Exception):
    """Something that the user can correct: a file, a configuration key, a full disk, a server.

    Scripts print it as one line and exit with status 1. Any other exception that reaches a user is
    a defect of this package and keeps its traceback.

    Parameters
    ----------
    where : object
        The file or configuration key that is wrong.
    rule : str
        What was expected and what was found instead. Of each text that it quotes `MOST_QUOTED`
        characters are kept: a header may have a line of 15 MB.
    way_out : str
        What to do about it.

    Examples
    --------
    >>> print(UserError("a.hea", "the gain is 0", "write the gain"))
    a.hea: the gain is 0; write the gain
    """

    def __init__(self, where: object, rule: str, way_out: str) -> None:
        self.where, self.rule, self.way_out = str(where), cut_quotes(rule), cut_quotes(way_out)
        # All three are arguments of the exception, so that it can be pickled.
        super().__init__(where, self.rule, self.way_out)

    def __str__(self) -> str:
        where = self.where.removesuffix(":")  # as of the source ``websocket:``
        return " ".join(f"{where}: {self.rule}; {self.way_out}".split())


def missing_package(where: object, what: str, package: str) -> UserError:
    """Return the error for a file that an optional package reads, which is not installed.

    Examples
    --------
    >>> print(missing_package("a.dcm", "a DICOM file", "pydicom"))
    a.dcm: a DICOM file, which pydicom reads and is not installed; pip install pydicom
    """
    return UserError(
        where, f"{what}, which {package} reads and is not installed", f"pip install {package}"
    )


def explain_unexpected(where: object, error: Exception, log: str = "the lines above") -> UserError:
    """Say what went wrong where nobody expected it: a limit of the system, or a defect of ours.

    Parameters
    ----------
    where : object
        What was worked on.
    error : Exception
        The traceback of a defect is printed to standard error.
    log : str
        What a user is asked to report with a defect.

    Examples
    --------
    >>> print(explain_unexpected("a.hea", RuntimeError("can't start new thread")))
    a.hea: the system refuses one thread more; raise the limit on processes (`ulimit -u`)
    """
    number = getattr(error, "errno", None)
    if number == errno.EAGAIN or "can't start new thread" in str(error):
        return UserError(where, "the system refuses one thread more", WAYS_OUT[errno.EAGAIN])
    if number == errno.ENOMEM or isinstance(error, MemoryError):
        return UserError(where, "there is not enough memory", WAYS_OUT[errno.ENOMEM])
    with suppress(OSError):  # standard error may be full
        traceback.print_exception(error)
    rule = f"internal error ({type(error).__name__}: {error})"
    return UserError(where, rule, f"report it with {log}")


def cut_quotes(text: str) -> str:
    """Shorten what a message quotes to `MOST_QUOTED` characters, and the whole to `MOST_SAID`.

    Examples
    --------
    >>> len(cut_quotes(f"gain is {'9' * 1000!r}, amplitudes are unknown"))
    111
    """
    return _cut(_QUOTED.sub(lambda match: _cut(match[0], MOST_QUOTED), text), MOST_SAID)


def _cut(text: str, most: int) -> str:
    """Leave out the middle: a path is known by its end, a line by its start."""
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"


def list_some(names: Iterable[str], most: int = MOST_QUOTED) -> str:
    """List names with commas between them, as many as a message may repeat.

    Examples
    --------
    >>> list_some(["MLII", "V1"]), list_some(map(str, range(10**6)), most=12)
    ('MLII, V1', '0, 1, 2, ...')
    """
    listed = ""
    for name in names:
        longer = f"{listed}, {name}" if listed else name
        if len(longer) > most:
            return f"{listed}, ..." if listed else _cut(name, most)
        listed = longer
    return listed


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

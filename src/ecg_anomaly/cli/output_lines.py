"""Print lines to standard output and error, even if these are closed, full or not UTF-8."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

try:
    import fcntl
except ImportError:  # Windows: nothing is locked
    fcntl = None  # type: ignore[assignment]


def open_closed_streams() -> None:
    """Open the null device in the place of standard streams that the process was started without.

    Otherwise the next file that is opened, a result, gets the number of standard output, and what a
    library prints would be written into it.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one


def print_line(line: str, stream: TextIO | None) -> str:
    """Print a line at once; one that cannot be printed stops nothing.

    After ``ecg-anomaly score ... | head -1`` nobody reads standard output any more. The results are
    files and go on being written; what is still printed, the final flush by Python included, goes
    to the null device instead of ending the command with an error. The same holds for output to a
    file on a full disk.

    Parameters
    ----------
    line : str
        Without a line end. A character that the stream cannot hold is written as an escape.
    stream : text file or None
        Standard output or standard error of the process; None when it was closed.

    Returns
    -------
    str
        Why the line is lost; ``""`` when it is not, or only a reader has gone who had read enough.
    """
    if stream is None:
        return "closed"
    encoding = stream.encoding or "utf-8"
    text = line.encode(encoding, "backslashreplace").decode(encoding)
    try:
        print(text, file=stream, flush=True)
    except BrokenPipeError:
        _redirect_to_nowhere(stream)
    except OSError as error:
        _redirect_to_nowhere(stream)
        return error.strerror or str(error)
    except ValueError:  # closed by whoever called us
        return "closed"
    return ""


@contextmanager
def printing_alone(stream: TextIO | None) -> Iterator[None]:
    """Let no other process that uses it as well print to a stream while the block runs.

    What is longer than a pipe takes at once would be mixed with the lines of others. The lock ends
    with the process, however that ends; where there is none, the block runs without.
    """
    number = -1
    with suppress(OSError, ValueError, AttributeError):
        number = stream.fileno()  # type: ignore[union-attr]
    locked = _lock(number, "LOCK_EX")
    try:
        yield
    finally:
        if locked:
            _lock(number, "LOCK_UN")


def _lock(number: int, how: str) -> bool:
    with suppress(OSError, ValueError, AttributeError):  # a stream without locks; Windows
        fcntl.lockf(number, getattr(fcntl, how))
        return True
    return False


def _redirect_to_nowhere(stream: TextIO) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)

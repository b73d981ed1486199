"""Print lines to standard output and error, even if these are closed, full or not UTF-8."""

import os
from typing import TextIO


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


def _redirect_to_nowhere(stream: TextIO) -> None:
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)

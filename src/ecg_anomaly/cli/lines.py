"""Lines that a command prints, to a reader who may have gone."""

import os
from typing import TextIO


def print_line(line: str, stream: TextIO) -> None:
    """Print a line at once.

    Parameters
    ----------
    line : str
        Without its end.
    stream : file
        Standard output or standard error of the process.

    Notes
    -----
    After ``ecg-anomaly score ... | head -1`` nobody reads any more. The results are files: they go
    on being written, and what is still printed goes nowhere, the last flush of Python with it.
    """
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)

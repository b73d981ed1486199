"""Print events as lines of JSON, and know after a restart which were printed already.

Between an event being printed and that being noted in the store, a process may be killed. Where
standard output is a file, its last lines tell; a pipe cannot be asked, and may hold an event twice.
"""

import json
import os
import stat
from collections.abc import Callable, Sequence
from typing import Any, TextIO

from ecg_anomaly.live.events import Event

#: Bytes at the end of a file that are looked at: more than one turn of the engine prints.
TAIL = 1 << 18

#: What names an event.
NAMES = ("stream", "run", "sample", "kind")


class PrintedEvents:
    """Prints events to standard output.

    Parameters
    ----------
    stream : text file or None
        Standard output of the process.
    print_line : callable
        Prints a line.
    """

    def __init__(self, stream: TextIO | None, print_line: Callable[[str], object]) -> None:
        self._print, tail = print_line, read_tail(stream)
        self._cut = bool(tail) and not tail.endswith(b"\n")
        self._before = {name for line in tail.split(b"\n") if (name := _name_line(line))}

    def print_missed(self, rows: Sequence[dict[str, Any]]) -> None:
        """Print events that may have been printed before the process was killed."""
        if self._cut:  # within a line
            self._print("")
        for row in rows:
            if tuple(row.get(name) for name in NAMES) not in self._before:
                self._print(json.dumps(row, ensure_ascii=False))
        self._cut = False

    def print_events(self, events: Sequence[Event]) -> None:
        """Print new events."""
        for event in events:
            self._print(event.to_json())


def read_tail(stream: TextIO | None) -> bytes:
    """Return the end of the file that a stream writes to; nothing for a pipe or a terminal."""
    try:
        number = stream.fileno() if stream else -1
        if number < 0 or not stat.S_ISREG(os.fstat(number).st_mode):
            return b""
        with open(f"/dev/fd/{number}", "rb") as file:  # another offset than that of the stream
            size = os.fstat(number).st_size
            file.seek(max(0, size - TAIL))
            return file.read()
    except (OSError, ValueError):
        return b""


def _name_line(line: bytes) -> tuple[Any, ...] | None:
    try:
        row = json.loads(line)
        return tuple(row[name] for name in NAMES)
    except (ValueError, KeyError, TypeError):
        return None

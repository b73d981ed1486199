"""The log of a worker: lines with the time, on its standard error."""

import sys
import time


def say(what: str) -> None:
    """Say something in the worker's log."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)

"""Progress of long work: a bar on a terminal, plain lines everywhere else."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import TypeVar

Item = TypeVar("Item")

#: Seconds between two lines when standard error is no terminal.
LINE_INTERVAL_S = 5.0


def track(items: Iterable[Item], title: str, total: int | None = None) -> Iterator[Item]:
    """Yield `items`, saying on standard error how far the work has come.

    Parameters
    ----------
    items : iterable
        What to go through.
    title : str
        What is being done, for example ``"extract records"``.
    total : int, optional
        The number of items, when `items` has no length.
    """
    count = len(items) if total is None and isinstance(items, Sized) else total
    if sys.stderr.isatty():
        from tqdm import tqdm

        yield from tqdm(items, desc=title, total=count, leave=False)
        return
    yield from _lines(items, title, count)


def _lines(items: Iterable[Item], title: str, count: int | None) -> Iterator[Item]:
    start = last = time.monotonic()
    of = f"/{count}" if count is not None else ""
    done = 0
    for done, item in enumerate(items, start=1):
        yield item
        if time.monotonic() - last >= LINE_INTERVAL_S:
            last = time.monotonic()
            print(f"{title}: {done}{of} ({last - start:.0f} s)", file=sys.stderr, flush=True)
    print(f"{title}: {done}{of} done", file=sys.stderr, flush=True)

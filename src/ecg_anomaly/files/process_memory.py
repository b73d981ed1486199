"""How a process keeps its memory: rarer searches for garbage, and what freed arrays leave.

Python frees what nobody refers to at once. Beside that it searches for objects that refer to each
other and to which nothing else does: often among new objects, and at times among all.
"""

import atexit
import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many objects are new before they are searched; Python's default is 700.
NEW_OBJECTS = 50_000

#: So many searches among the objects of middle age come before one among all; Python's default is
#: 10. What streams hold makes no such garbage.
SEARCHES = 5000

#: Parameters of glibc's ``mallopt``, and the size above which freed memory is returned to the
#: system: larger than the arrays of a chunk.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
TRIM_BYTES, MMAP_BYTES = 64 << 20, 32 << 20


@contextmanager
def rare_collections() -> Iterator[None]:
    """Search new objects for garbage rarely, as long as the context lasts.

    For a command that imports modules and makes tables, of which nothing is garbage: of a day's
    3.5 s the searches took 0.08 s.
    """
    before = gc.get_threshold()
    gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def skip_last_search() -> None:
    """Have Python not search all objects once more when the process ends.

    The system frees them anyway, and after a day was scored the search took 0.03 s.
    """
    atexit.register(gc.freeze)


@contextmanager
def rare_full_collections() -> Iterator[None]:
    """Search all objects for garbage rarely, as long as the context lasts.

    With a thousand live streams a search among all takes 0.1 s, and all streams wait for it. What
    is there when the context begins, such as imported modules, is not searched before it ends; then
    everything is searched as often as before. It may also decorate a function.

    Examples
    --------
    >>> with rare_full_collections():
    ...     gc.get_threshold()[2] == SEARCHES
    True
    >>> gc.get_threshold()[2] == SEARCHES
    False
    """
    young, middle, old = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, middle, SEARCHES)
    try:
        yield
    finally:
        gc.set_threshold(young, middle, old)
        gc.unfreeze()


def keep_freed_memory(returned_bytes: int = MMAP_BYTES) -> bool:
    """Make the C library keep the memory of freed arrays for the next ones.

    By default arrays of some 100 kB go back to the system as soon as they are freed, and the system
    fills each new one with zeros, page by page. That took a tenth of the time of scoring a day, in
    which the threads also waited for each other, and some hundredths of live monitoring.

    Parameters
    ----------
    returned_bytes : int
        Larger arrays go back to the system all the same.

    Returns
    -------
    bool
        False where the C library has no such setting (it is not glibc); then nothing is changed.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    done = [mallopt(TRIM_THRESHOLD, TRIM_BYTES), mallopt(MMAP_THRESHOLD, returned_bytes)]
    return all(done)

"""Have Python search for garbage more rarely than it does by default.

Python frees what nobody refers to at once. Beside that it searches for objects that refer to each
other and to which nothing else does: often among new objects, and at times among all.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many objects are new before they are searched; Python's default is 700.
NEW_OBJECTS = 50_000

#: So many searches among the objects of middle age come before one among all; Python's default is
#: 10. What streams hold makes no such garbage.
SEARCHES = 5000


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

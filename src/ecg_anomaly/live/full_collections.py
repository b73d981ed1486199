"""Have Python search all objects for garbage rarely: with a thousand streams it takes 0.1 s.

Python frees what nobody refers to at once. Beside that it searches for objects that refer to each
other and to which nothing else does: often among new objects, which takes no time, and at times
among all. Every twelve seconds all streams waited for that.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

#: So many searches among the objects of middle age come before one among all; Python's default is
#: 10. What streams hold makes no such garbage.
SEARCHES = 5000


@contextmanager
def rare_full_collections() -> Iterator[None]:
    """Search all objects for garbage rarely, as long as the context lasts.

    What is there at its start, such as imported modules, is not searched again before its end; then
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

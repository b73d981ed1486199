"""How this process asks the system for memory."""

import ctypes

#: Parameters of glibc's ``mallopt``, and from how many bytes on freed memory goes back to the
#: system: more than the arrays of a chunk.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
TRIM_BYTES, MMAP_BYTES = 64 << 20, 32 << 20


def keep_freed_memory() -> bool:
    """Keep the memory of freed arrays for the next ones.

    Returns
    -------
    bool
        False where the C library knows no such setting (not glibc): then nothing was changed.

    Notes
    -----
    By default arrays of some 100 kB go back to the system as soon as they are freed, and each new
    one is filled with zeros by it, page by page: a tenth of the time of a day, in which its
    threads also wait for each other.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    done = [mallopt(TRIM_THRESHOLD, TRIM_BYTES), mallopt(MMAP_THRESHOLD, MMAP_BYTES)]
    return all(done)

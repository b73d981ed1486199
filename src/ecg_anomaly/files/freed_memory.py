"""Keep the memory of freed arrays for the next ones, instead of giving it back to the system."""

import ctypes

#: Parameters of glibc's ``mallopt``, and the size above which freed memory is returned to the
#: system: larger than the arrays of a chunk.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
TRIM_BYTES, MMAP_BYTES = 64 << 20, 32 << 20


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

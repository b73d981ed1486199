"""Settings of a process that monitors: memory, garbage and threads of numeric libraries."""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from ecg_anomaly.files.freed_memory import keep_freed_memory
from ecg_anomaly.files.garbage_collection import rare_full_collections

#: Bytes of an array whose memory goes back to the system when it is freed: more than the arrays of
#: a round, less than a snapshot. Those come and go between what is kept, and left holes of 0.5 MB a
#: stream.
RETURNED_BYTES = 256 << 10


@contextmanager
def settled_process() -> Iterator[None]:
    """Have nothing take processor time or memory that monitoring can do without."""
    keep_freed_memory(RETURNED_BYTES)
    # Threads of BLAS would wait in a busy loop: a quarter of the processor time.
    with rare_full_collections(), threadpool_limits(1, "blas"):
        yield

"""Settings of a process that monitors: memory allocation, garbage collection, BLAS threads."""

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from ecg_anomaly.files.freed_memory import keep_freed_memory
from ecg_anomaly.files.garbage_collection import rare_full_collections

#: Memory of freed arrays of more bytes goes back to the system: the arrays of a round are smaller,
#: snapshots are larger. Kept for later ones, that of snapshots was fragmented: 0.5 MB a stream.
RETURNED_BYTES = 256 << 10


@contextmanager
def settled_process() -> Iterator[None]:
    """Set up this process for steady monitoring; collection and threads are undone at the end."""
    keep_freed_memory(RETURNED_BYTES)
    # Threads of BLAS would wait in a busy loop: a quarter of the processor time.
    with rare_full_collections(), threadpool_limits(1, "blas"):
        yield

"""A stage must not outlive the pipeline that started it.

DVC starts a stage as a child process. When DVC is killed the child would go on writing, and the
next ``dvc repro`` would start a second writer beside it.
"""

import os
import threading
import time
from contextlib import suppress

import psutil

#: Seconds between two looks at the pipeline's process.
INTERVAL_S = 0.5


def end_with_pipeline() -> None:
    """End this process soon after the ``dvc`` process above it has ended.

    Does nothing in a process that DVC did not start.
    """
    if "DVC_STAGE" not in os.environ:
        return
    pipeline = find_pipeline()
    if pipeline is not None:
        threading.Thread(target=_watch, args=(pipeline,), daemon=True).start()


def find_pipeline() -> psutil.Process | None:
    """Return the nearest ancestor whose command line names dvc, or None."""
    for ancestor in psutil.Process().parents():
        try:
            if any("dvc" in os.path.basename(word) for word in ancestor.cmdline()[:3]):
                return ancestor
        except psutil.Error:
            continue
    return None


def _watch(pipeline: psutil.Process) -> None:
    with suppress(psutil.Error):  # it may end between the two questions
        while pipeline.is_running() and pipeline.status() != psutil.STATUS_ZOMBIE:
            time.sleep(INTERVAL_S)
    os._exit(137)

"""Score recordings in a process of its own, so that one that crashes it does not end the worker.

Memory that a recording asks for, or a defect in a library, ends this process; the worker that
started it, Spark's or one of Slurm's, lives on, knows which recording it was, and starts another.
It is started anew rather than forked: the worker may have threads.
"""

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pyarrow as pa

from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import Row
from ecg_anomaly.archive.recording_scoring import ArchiveDetector, score_entry
from ecg_anomaly.detector.loading import DIGESTS, load_detector
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_process import end_with_parent
from ecg_anomaly.files.stop_signals import handled_stop_signals

#: A process that is killed for want of memory should be this one: the highest such preference.
OOM_SCORE = "1000"

#: What the process says once it has loaded the detector, and how often it is started for that.
READY, MOST_STARTS = "ready", 20

Scored = tuple[Row, pa.Table | None]


class ScoringProcess:
    """Scores recordings in a process of its own, which is started when it is needed.

    Parameters
    ----------
    folder : Path
        The detector.
    beats : bool
        Whether the rows of beats are wanted.
    """

    def __init__(self, folder: Path, beats: bool = False) -> None:
        self._folder, self._beats = folder, beats
        self._pipe: Connection | None = None
        self._process: multiprocessing.process.BaseProcess | None = None
        self._is_ready = False

    def make_ready(self) -> None:
        """Start the process, if there is none, and wait until it has loaded the detector.

        One that is killed before that is no recording's fault, and is started again.

        Raises
        ------
        UserError
            When it does not come so far in `MOST_STARTS` times.
        """
        for _ in range(MOST_STARTS):
            pipe = self._pipe or self._start()
            if self._is_ready:
                return
            with suppress(EOFError, OSError):
                self._is_ready = pipe.recv() == READY
                return
            self.end()
        rule = f"the process that scores ended {MOST_STARTS} times while it started"
        raise UserError(self._folder, rule, "see that enough memory is free")

    def score(self, entry: ManifestRow, known: Row | None) -> Scored | None:
        """Score a recording.

        Returns
        -------
        tuple or None
            As `score_entry` returns it; None when the process was killed meanwhile.
        """
        self.make_ready()
        assert self._pipe is not None
        try:
            self._pipe.send((entry, known))
            scored: Scored = self._pipe.recv()
        except (EOFError, OSError):
            self.end()
            return None
        return scored

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        work = (theirs, os.getpid(), self._folder, self._beats)
        self._process = context.Process(target=_work, args=work, daemon=True)
        with theirs:
            self._process.start()
        return self._pipe

    def end(self) -> None:
        """End the process."""
        self._is_ready = False
        if self._process is not None:
            self._process.kill()
            self._process.join()
            self._process = None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None


def load_chosen(folder: Path) -> ArchiveDetector:
    """Load a detector folder.

    Raises
    ------
    UserError
        When a part is missing, changed or malformed.
    """
    detector = load_detector(folder)
    return ArchiveDetector(detector, file_sha256(folder / DIGESTS))


def _work(pipe: Connection, parent: int, folder: Path, beats: bool) -> None:
    """Score the recordings that are sent, until the process that sends them ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for that process
    with handled_stop_signals():
        end_with_parent(parent, signal.SIGTERM)
        if sys.platform == "linux":
            with suppress(OSError):
                Path("/proc/self/oom_score_adj").write_text(OOM_SCORE)
        chosen = load_chosen(folder)
        with suppress(EOFError, BrokenPipeError):
            pipe.send(READY)
            while True:
                entry, known = pipe.recv()
                pipe.send(score_entry(entry, chosen, known, beats))

"""Score an archive: prepare the table and the plan, then run its parts here or on Spark."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue

from ecg_anomaly.archive.archive_plan import (
    ArchivePlan,
    choose_parts,
    count_parts,
    find_plan,
    read_part,
)
from ecg_anomaly.archive.archive_table import PLANS, TablePart, open_table
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow, read_manifest
from ecg_anomaly.archive.manifest_sorting import make_plan
from ecg_anomaly.archive.part_scoring import Done, score_part
from ecg_anomaly.archive.scoring_process import ScoringProcess
from ecg_anomaly.files.errors import UserError


@dataclass(frozen=True)
class ArchiveJob:
    """What is the same for all parts of an archive.

    Attributes
    ----------
    table : str
        Address of the table.
    plan : ArchivePlan
        The manifest, sorted by part.
    detector_sha256 : str
        Digest of the detector's list of digests.
    beats : bool
        Write the table of beats too.
    retry : bool
        Try again what failed or was set aside.
    """

    table: str
    plan: ArchivePlan
    detector_sha256: str
    beats: bool = False
    retry: bool = False

    def run_part(self, part: int, scorer: ScoringProcess) -> Iterator[Done]:
        """Score what is not there yet of a part."""
        table = TablePart(FileStore(self.table), self.detector_sha256, part)
        entries = read_part(self.plan, part)
        yield from score_part(entries, table, scorer, self.detector_sha256, self.retry)


@dataclass
class Tally:
    """Counts of what became of recordings.

    Attributes
    ----------
    outcomes : Counter of str
        By `Done.outcome`.
    seconds : float
        Of scoring, all workers together.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, done: Done) -> None:
        """Count one recording."""
        self.outcomes[done.outcome] += 1
        self.seconds += done.seconds


def prepare_job(
    manifest: str, table: str, detector_sha256: str, beats: bool = False, retry: bool = False
) -> ArchiveJob:
    """Make or find the table and the plan of a manifest.

    Raises
    ------
    UserError
        When the manifest cannot be read, names no recording, or the table cannot be used.
    """
    n_rows, digest = _look_through(read_manifest(manifest))
    if not n_rows:
        raise UserError(manifest, "names no recording", "write one address a line")
    store = FileStore(table)
    n_parts = open_table(store, count_parts(n_rows))
    name = f"{PLANS}/{digest}.parquet"
    plan = find_plan(store, name, n_parts)
    if plan is None:
        plan = make_plan(read_manifest(manifest), n_parts, store, name)
    return ArchiveJob(table, plan, detector_sha256, beats, retry)


def _look_through(rows: Iterable[ManifestRow]) -> tuple[int, str]:
    """Count the rows of a manifest and take their digest."""
    n_rows, digest = 0, hashlib.sha256()
    for row in rows:
        n_rows += 1
        digest.update(
            f"{row.uri}\0{row.subject}\0{row.read_as}\n".encode("utf-8", "surrogateescape")
        )
    return n_rows, digest.hexdigest()[:32]


def run_here(
    job: ArchiveJob, detector: Path, shard: tuple[int, int] | None = None, workers: int = 1
) -> Iterator[Done]:
    """Score the parts of a shard by processes of this machine.

    Parameters
    ----------
    job : ArchiveJob
        What to score.
    detector : Path
        The detector folder.
    shard : (int, int), optional
        Number of the shard, from 0, and of all; without it, all parts.
    workers : int
        Processes.

    Yields
    ------
    Done
        In the order in which recordings are done.

    Raises
    ------
    UserError
        When the table cannot be written.
    """
    parts: SimpleQueue[int] = SimpleQueue()
    chosen = choose_parts(job.plan.parts(), shard)
    for part in chosen:
        parts.put(part)
    found: SimpleQueue[Done | None] = SimpleQueue()
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_work_off, job, detector, parts, found) for _ in range(workers)]
        for _ in running:
            while (done := found.get()) is not None:
                yield done
        for future in as_completed(running):
            future.result()


def _work_off(
    job: ArchiveJob, detector: Path, parts: SimpleQueue[int], found: SimpleQueue[Done | None]
) -> None:
    """Score one part after the other with one process, until there is none left."""
    scorer = ScoringProcess(detector, job.beats)
    try:
        while True:
            for done in job.run_part(parts.get_nowait(), scorer):
                found.put(done)
    except Empty:
        pass
    finally:
        scorer.end()
        found.put(None)

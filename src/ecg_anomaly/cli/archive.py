"""The command ``ecg-anomaly archive``: scores an archive of recordings into tables."""

import re
import sys
from argparse import Namespace
from pathlib import Path

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.archive.archive_run import ArchiveJob, Tally, prepare_job, run_here
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.cli.detector_choice import find_detector
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.process_memory import keep_freed_memory
from ecg_anomaly.files.progress import track


def archive_all(options: Namespace) -> int:
    """Score the recordings of a manifest into a table.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 0 also when recordings failed, whose rows say why.

    Raises
    ------
    UserError
        When nothing can be scored at all: manifest, detector or table cannot be used.
    """
    shard = parse_shard(options.shard) if options.shard else None
    if options.workers is not None and options.workers < 1:
        raise UserError(
            "--workers", f"{options.workers} is no number of processes", "give 1 or more"
        )
    if options.workers is not None and options.master is not None:
        raise UserError("--workers", "Spark has workers of its own", "give --master local[N]")
    keep_freed_memory()
    with find_detector(options.detector) as folder:
        chosen = load_chosen(folder)
        job = prepare_job(
            options.manifest, options.output, chosen.sha256, options.beats, options.retry
        )
        if job.plan.n_doubles:
            said = f"rows left out that name a recording again: {job.plan.n_doubles}"
            print_line(f"note: {options.manifest}: {said}", sys.stderr)
        tally = _run(job, folder, shard, options)
    print_line(describe_tally(tally, options.output), sys.stdout)
    print_line(NOT_A_DEVICE, sys.stdout)
    return 0


def _run(job: ArchiveJob, folder: Path, shard: tuple[int, int] | None, options: Namespace) -> Tally:
    """Score on Spark, or without it where a shard or workers are asked for and no master is."""
    if options.master is None and (shard is not None or options.workers is not None):
        tally, total = Tally(), None if shard else job.plan.n_rows
        for done in track(run_here(job, folder, shard, options.workers or 1), "recordings", total):
            tally.add(done)
        return tally
    from ecg_anomaly.archive.spark_master import LOCAL
    from ecg_anomaly.archive.spark_run import open_session, run_on_spark

    with open_session(options.master or LOCAL) as session:
        return run_on_spark(job, folder, session, shard)


def parse_shard(text: str) -> tuple[int, int]:
    """Return number, from 0, and count of a shard ``i/n``, i from 0 as Slurm counts.

    Raises
    ------
    UserError
        When it is no such text, or i is not below n.

    Examples
    --------
    >>> parse_shard("3/8")
    (3, 8)
    """
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", text)
    if not found or not int(found[1]) < int(found[2]):
        raise UserError("--shard", f"{text[:40]!r} is no shard", "give i/n with i from 0 to n - 1")
    return int(found[1]), int(found[2])


def describe_tally(tally: Tally, table: str) -> str:
    """Say in a line what became of the recordings, and where the reasons of failures are shown."""
    counts = [f"{n} {name.replace('_', ' ')}" for name, n in sorted(tally.outcomes.items())]
    line = f"{', '.join(counts) or 'no recording in this shard'} -> {table}"
    failed = tally.outcomes.keys() & {"failed", "set_aside"}
    return f"{line}; why: `ecg-anomaly archive-page {table}`" if failed else line

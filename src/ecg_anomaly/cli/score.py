"""The command ``ecg-anomaly score``: scores recordings, and goes on when one of them fails."""

import ctypes
import multiprocessing
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.score_file import ScoreJob, score_file
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import share_cores
from ecg_anomaly.detector.relay import can_fork
from ecg_anomaly.files.atomic import replace_file, write_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import output_name, record_name
from ecg_anomaly.records.read_options import ReadOptions

#: Lists the recordings that failed; the file is absent when none did.
FAILED = "failed.json"

#: Parameters of glibc's ``mallopt``, and the size above which freed memory is returned to the
#: system: larger than the arrays of a chunk.
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3
TRIM_BYTES, MMAP_BYTES = 64 << 20, 32 << 20


@dataclass(frozen=True)
class Outcome:
    """The result for one recording: a line to print, or the three parts of a `UserError`."""

    path: str
    line: str = ""
    error: tuple[str, str, str] | None = None


def score_all(options: Namespace) -> int:
    """Score every recording named on the command line.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 0, or 1 when a recording failed.

    Raises
    ------
    UserError
        When nothing can be scored at all: the detector cannot be loaded, the output folder cannot
        be written, or two recordings would write files of the same name.
    """
    _check_options(options)
    keep_freed_memory()
    output = Path(options.output)
    _check_writable(output)
    with find_detector(options.detector) as folder:
        choice = DetectorChoice(
            folder, options.detector, options.threshold, options.false_alarm_rate, options.lead
        )
        workers = min(options.workers, len(options.records))
        share = share_cores(workers)
        processes = share if workers == 1 and can_fork() else 1
        job = ScoreJob(choice, output, _read_options(options), share, processes)
        outcomes = []
        for outcome in _outcomes(options.records, job, workers):
            outcomes.append(outcome)
            _print_outcome(outcome)
    return _conclude(outcomes, output)


def _read_options(options: Namespace) -> ReadOptions:
    return ReadOptions(
        fs=options.fs,
        unit=options.unit,
        lead=options.lead,
        ignore=tuple(options.ignore),
        strict=options.strict,
        accept_checksum=options.accept_checksum,
    )


def _check_options(options: Namespace) -> None:
    if options.workers < 1:
        raise UserError(
            "--workers", f"{options.workers} is no number of processes", "give 1 or more"
        )
    names: dict[str, str] = {}
    for record in options.records:
        name = output_name(record_name(record))
        if name in names:
            rule = f"{names[name]} and {record} would both write {name}.*"
            raise UserError(record, rule, "score them into two folders")
        names[name] = record


def _check_writable(output: Path) -> None:
    with replace_file(output / FAILED) as probe:
        probe.write_text("[]\n")
    (output / FAILED).unlink()


def _outcomes(records: list[str], job: ScoreJob, workers: int) -> Iterator[Outcome]:
    detector = job.choice.load()  # here, so that a bad detector is reported once
    if workers == 1:
        for record in records:
            yield _attempt(record, job, detector)
        return
    from concurrent.futures import ProcessPoolExecutor  # takes time, and few need it

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, _start_worker, (job,)) as pool:
        yield from pool.map(_attempt_in_worker, records)


_worker: tuple[ScoreJob, Detector] | None = None


def _start_worker(job: ScoreJob) -> None:
    global _worker
    keep_freed_memory()
    _worker = job, job.choice.load()


def _attempt_in_worker(record: str) -> Outcome:
    assert _worker is not None
    return _attempt(record, *_worker)


def _attempt(record: str, job: ScoreJob, detector: Detector) -> Outcome:
    try:
        return Outcome(record, score_file(record, job, detector))
    except UserError as error:
        return Outcome(record, error=(error.where, error.rule, error.way_out))
    except Exception as error:  # a defect of ours must not stop the other recordings
        traceback.print_exc()
        rule = f"internal error ({type(error).__name__}: {error})"
        return Outcome(record, error=(record, rule, "report it with the lines above"))


def _print_outcome(outcome: Outcome) -> None:
    if outcome.error is None:
        print_line(outcome.line, sys.stdout)
    else:
        print_line(f"error: {UserError(*outcome.error)}", sys.stderr)


def _conclude(outcomes: list[Outcome], output: Path) -> int:
    failed = [o for o in outcomes if o.error is not None]
    print_line(NOT_A_DEVICE, sys.stdout)
    if not failed:
        return 0
    keys = ("where", "rule", "way_out")
    rows = [{"record": o.path, **dict(zip(keys, o.error or (), strict=True))} for o in failed]
    write_json(output / FAILED, rows)
    names = ", ".join(o.path for o in failed)
    line = f"{len(failed)} of {len(outcomes)} recordings failed: {names} ({output / FAILED})"
    print_line(line, sys.stderr)
    return 1


def print_line(line: str, stream: TextIO) -> None:
    """Print a line at once, to a reader who may have gone.

    After ``ecg-anomaly score ... | head -1`` nobody reads standard output any more. The results are
    files and go on being written; what is still printed, the final flush by Python included, goes
    to the null device instead of ending the command with an error.

    Parameters
    ----------
    line : str
        Without a line end.
    stream : text file
        Standard output or standard error of the process.
    """
    try:
        print(line, file=stream, flush=True)
    except BrokenPipeError:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)


def keep_freed_memory() -> bool:
    """Make the C library keep the memory of freed arrays for the next ones.

    By default arrays of some 100 kB go back to the system as soon as they are freed, and the system
    fills each new one with zeros, page by page. That took a tenth of the time of scoring a day, in
    which the threads also waited for each other.

    Returns
    -------
    bool
        False where the C library has no such setting (it is not glibc); then nothing is changed.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    done = [mallopt(TRIM_THRESHOLD, TRIM_BYTES), mallopt(MMAP_THRESHOLD, MMAP_BYTES)]
    return all(done)

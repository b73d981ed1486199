"""``ecg-anomaly score``: many recordings, of which one may fail without stopping the others."""

import multiprocessing
import sys
import traceback
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.freed_memory import keep_freed_memory
from ecg_anomaly.cli.lines import print_line
from ecg_anomaly.cli.score_file import ScoreJob, score_file
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import share_cores
from ecg_anomaly.detector.relay import can_fork
from ecg_anomaly.files.atomic import replace_file, write_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import output_name, record_name

#: Lists the recordings that failed; absent when none did.
FAILED = "failed.json"


@dataclass(frozen=True)
class Outcome:
    """What became of a recording: a line about it, or an error's three parts."""

    path: str
    line: str = ""
    error: tuple[str, str, str] | None = None


def score_all(options: Namespace) -> int:
    """Score every recording of a command line.

    Returns
    -------
    int
        0, or 1 when a recording failed.

    Raises
    ------
    UserError
        When nothing can be scored at all: no detector, no folder to write to, two recordings
        whose results would have the same name.
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
        job = ScoreJob(choice, output, options.fs, options.unit, share, processes)
        outcomes = []
        for outcome in _outcomes(options.records, job, workers):
            outcomes.append(outcome)
            _say(outcome)
    return _conclude(outcomes, output)


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
    detector = job.choice.load()  # here, so that a bad detector is said once
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


def _say(outcome: Outcome) -> None:
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

"""The command ``ecg-anomaly score``: scores recordings, and goes on when one of them fails."""

import math
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.cli.result_folders import FAILED, begin_list, place_results, write_list
from ecg_anomaly.cli.score_file import Outcome, ScoreJob, attempt
from ecg_anomaly.detector.chunk_processes import can_fork
from ecg_anomaly.detector.chunk_workers import share_cores
from ecg_anomaly.detector.pretrained import PRETRAINED, describe_pretrained
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.process_memory import keep_freed_memory
from ecg_anomaly.findings.finding import LEVELS
from ecg_anomaly.findings.limits import FindingLimits, read_limits
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.record_names import record_name
from ecg_anomaly.triage.recording_index import INDEX, IndexRow, write_index

#: Exit status when a recording has a finding of the level of ``--fail-on``, or a worse one.
FOUND = 3


def score_all(options: Namespace) -> int:
    """Score every recording named on the command line.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 0, 1 when a recording failed or what was printed is lost, or else `FOUND`.

    Raises
    ------
    UserError
        When nothing can be scored at all: the detector cannot be loaded, the output folder cannot
        be written, an option makes no sense, or two recordings of one name lie in one folder.
    """
    _check_options(options)
    folders = place_results(options.records)
    limits = read_limits(options.findings) if options.findings else FindingLimits()
    keep_freed_memory()
    output = Path(options.output)
    begin_list(output)
    with find_detector(options.detector) as folder:
        name = options.detector or PRETRAINED
        choice = DetectorChoice(
            folder, name, options.threshold, options.false_alarm_rate, options.lead
        )
        if options.detector is None:
            print_line(describe_pretrained(), sys.stdout)
        workers = min(options.workers, len(options.records))
        share = share_cores(workers)
        processes = share if workers == 1 and can_fork() else 1
        read = _read_options(options)
        every, only = options.annotate_all, options.only
        job = ScoreJob(choice, output, read, share, processes, folders, every, limits, only)
        outcomes: list[Outcome] = []
        lost: set[str] = set()
        for outcome in _outcomes(options.records, job, workers):
            outcomes.append(outcome)
            lost.add(_print_outcome(outcome))
    status = _conclude(outcomes, output, lost)
    return status or _judge(outcomes, options.fail_on)


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
    rate, fs = options.false_alarm_rate, options.fs
    if options.threshold is not None and not math.isfinite(options.threshold):
        raise UserError("--threshold", f"{options.threshold} is no score", "give a number")
    if rate is not None and not 0 <= rate <= 1:
        rule = f"false_alarm_rate {rate} is no share of beats"
        raise UserError("--false-alarm-rate", rule, "give a number from 0 to 1")
    if fs is not None and not 0 < fs < math.inf:
        raise UserError("--fs", f"{fs} is no sampling rate", "give a number of Hz above 0")


def _outcomes(records: list[str], job: ScoreJob, workers: int) -> Iterator[Outcome]:
    detector = job.choice.load()  # here, so that a bad detector is reported once
    if workers == 1:
        for record in records:
            yield attempt(record, job, detector)
        return
    from ecg_anomaly.cli.score_workers import score_in_workers  # few need it

    yield from score_in_workers(records, job, detector, workers)


def _print_outcome(outcome: Outcome) -> str:
    if outcome.error is None:
        return print_line(outcome.line, sys.stdout)
    print_line(f"error: {UserError(*outcome.error)}", sys.stderr)
    return ""


def _conclude(outcomes: list[Outcome], output: Path, lost: set[str]) -> int:
    failed = [o for o in outcomes if o.error is not None]
    _list_recordings(outcomes, output)
    lost.add(print_line(NOT_A_DEVICE, sys.stdout))
    write_list(output, failed)
    if failed:
        names = ", ".join(o.path for o in failed)
        line = f"{len(failed)} of {len(outcomes)} recordings failed: {names} ({output / FAILED})"
        print_line(line, sys.stderr)
    reasons = sorted(lost - {""})
    if reasons:
        way_out = f"the results are in {output} all the same"
        error = UserError("standard output", f"cannot be written ({reasons[0]})", way_out)
        print_line(f"error: {error}", sys.stderr)
    return 1 if failed or reasons else 0


def _list_recordings(outcomes: list[Outcome], output: Path) -> None:
    """Write the index of several recordings, and say where it is."""
    if len(outcomes) < 2:
        return
    rows = []
    for outcome in outcomes:
        page = Path(outcome.page).relative_to(output).as_posix() if outcome.page else ""
        said = f"not scored: {outcome.error[1]}" if outcome.error else outcome.verdict
        name, levels = record_name(outcome.path), dict(outcome.levels)
        rows.append(IndexRow(name, page, said, levels, outcome.worst))
    if write_index(output, rows):
        print_line(f"most critical first -> {output / INDEX}", sys.stdout)


def _judge(outcomes: list[Outcome], fail_on: str | None) -> int:
    """Return `FOUND` if a recording has a finding of a level, or of a worse one."""
    worst = LEVELS[: LEVELS.index(fail_on) + 1] if fail_on else ()
    found = any(outcome.levels.get(level) for outcome in outcomes for level in worst)
    return FOUND if found else 0

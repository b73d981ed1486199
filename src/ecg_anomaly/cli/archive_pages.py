"""The command ``ecg-anomaly archive-page``: the page of an archive, and triage pages on demand."""

import shlex
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from ecg_anomaly.archive.archive_page import page_of, render_archive
from ecg_anomaly.archive.archive_summary import find_detector_sha256, summarise_archive
from ecg_anomaly.archive.fetched_recording import fetch_recording
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_scoring import read_options
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.cli.score_file import ScoreJob, score_file
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.files.errors import UserError

PAGE = "archive.html"


def write_archive_page(options: Namespace) -> int:
    """Write the page of an archive, or the triage page of one of its recordings.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 1 when the triage page of a recording could not be made.

    Raises
    ------
    UserError
        When the table, the detector or the recording cannot be read.
    """
    output, store = Path(options.output), FileStore(options.table)
    if options.recording:
        return _make_pages([ManifestRow(options.recording)], options)
    with find_detector(options.detector) as folder:
        wanted = load_chosen(folder).sha256 if options.detector or options.pages else None
    detector = find_detector_sha256(store, wanted)
    summary = summarise_archive(store, detector)
    worst = summary.worst[: options.pages]
    status = _make_pages([_entry(row["uri"], row["read_as"]) for row in worst], options)
    made = {row["uri"]: _find_page(output, row["uri"]) for row in summary.worst}
    text = render_archive(
        summary, options.table, options.detector or detector, _describe_command(options), made
    )
    write_text(output / PAGE, text)
    print_line(f"{summary.outcomes.total()} recordings -> {output / PAGE}", sys.stdout)
    return status


def _describe_command(options: Namespace) -> str:
    """Say how the triage page of a recording is made beside this page."""
    words = ["ecg-anomaly", "archive-page", options.table, "--output", options.output]
    words += ["--detector", options.detector] if options.detector else []
    return f"{shlex.join(words)} --recording URI"


def _entry(uri: str, read_as: str | None) -> ManifestRow:
    said = dict(part.split("=", 1) for part in (read_as or "").split() if "=" in part)
    return ManifestRow(uri, **said)


def _make_pages(entries: Sequence[ManifestRow], options: Namespace) -> int:
    """Score recordings with all result files, each into a folder of its own."""
    if not entries:
        return 0
    status, output = 0, Path(options.output)
    with find_detector(options.detector) as folder:
        choice = DetectorChoice(folder, options.detector or PRETRAINED)
        detector = choice.load()
        for entry in entries:
            try:
                job = ScoreJob(choice, output / page_of(entry.uri), read_options(entry))
                with fetch_recording(entry) as fetched:
                    outcome = score_file(str(fetched.source), job, detector)
                print_line(outcome.line, sys.stdout)
            except UserError as error:
                print_line(f"error: {error}", sys.stderr)
                status = 1
    return status


def _find_page(output: Path, uri: str) -> str:
    """Return the triage page of a recording relative to the page, ``""`` when there is none."""
    pages = sorted((output / page_of(uri)).glob("*.html"))
    return pages[0].relative_to(output).as_posix() if pages else ""

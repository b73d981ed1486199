"""Score one recording and write its results."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecg_anomaly.cli.detector_choice import DetectorChoice
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_parts
from ecg_anomaly.files.errors import UserError, explain_unexpected
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import FindingSearch
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.triage.leads_read import count_leads_read
from ecg_anomaly.triage.result_files import PAGE, Results, name_results, open_results
from ecg_anomaly.triage.scored_recording import conclude_recording

#: Beats a second that few recordings have more of on average: memory for them is kept at hand, and
#: what no beat is written to costs nothing.
MOST_USUAL_HZ = 2.0


@dataclass(frozen=True)
class ScoreJob:
    """What is the same for every recording of a command.

    Attributes
    ----------
    choice : DetectorChoice
        The detector.
    output : Path
        Where results go.
    options : ReadOptions
        What the command line says of the recordings.
    threads, processes : int
        What scores a recording: threads, or processes if there are more than one.
    folders : mapping of str to str
        Folder below `output` of each recording whose name occurs twice, see `place_results`.
    all_beats : bool
        Annotate every beat, and not the flagged ones alone.
    limits : FindingLimits
        Of the rules of findings.
    only : {"critical", "high", "all"}
        The least level of the findings that a page shows.
    """

    choice: DetectorChoice
    output: Path
    options: ReadOptions = AS_IT_IS
    threads: int = 1
    processes: int = 1
    folders: Mapping[str, str] = field(default_factory=dict)
    all_beats: bool = False
    limits: FindingLimits = field(default_factory=FindingLimits)
    only: str = "all"

    def find_output(self, path: str) -> Path:
        """Return the folder of the results of a recording."""
        return self.output / self.folders.get(path, "")


@dataclass(frozen=True)
class Outcome:
    """The result for one recording.

    Attributes
    ----------
    path : str
        As the user named it.
    line : str
        To print.
    error : tuple of str or None
        The three parts of a `UserError`, of which a recording without results has one.
    page : str
        Its page.
    verdict : str
        What was found, in a line.
    levels : mapping of str to int
        Number of findings of each level.
    worst : str
        Kind of the most critical finding.
    """

    path: str
    line: str = ""
    error: tuple[str, str, str] | None = None
    page: str = ""
    verdict: str = ""
    levels: Mapping[str, int] = field(default_factory=dict)
    worst: str = ""


def attempt(path: str, job: ScoreJob, detector: Detector) -> Outcome:
    """Score a recording; what goes wrong, a defect of ours too, is its outcome."""
    try:
        return score_file(path, job, detector)
    except UserError as error:
        return Outcome(path, error=(error.where, error.rule, error.way_out))
    except Exception as error:  # must not stop the other recordings
        said = explain_unexpected(path, error)
        return Outcome(path, error=(said.where, said.rule, said.way_out))


def score_file(path: str, job: ScoreJob, detector: Detector) -> Outcome:
    """Score a recording, write its results, and say what was found.

    Raises
    ------
    UserError
        When the recording cannot be read or the results cannot be written.
    """
    if detector.segment_length is not None:
        rule = f"scores beats of {detector.segment_length} samples cut out beforehand"
        raise UserError(job.choice.name, rule, "take a detector trained on recordings")
    recording = open_record(path, options=job.options)
    search = FindingSearch(recording, job.limits)
    with open_results(job.find_output(path), recording) as results:
        parts = score_parts(detector, recording, job.threads, job.processes, job.options.lead)
        expected = round(recording.n_samples / recording.fs * MOST_USUAL_HZ)
        decisions = concatenate_decisions(_take_beats(parts, results, search), expected)
        described = job.choice.describe(detector.threshold)
        scored = conclude_recording(recording, decisions, detector, described, search=search)
        summary = scored.summary
        results.conclude(
            decisions, scored.segments, summary, job.all_beats, scored.findings, job.only
        )
    page = str(name_results(job.find_output(path), recording)[PAGE])
    line = _say(recording.name, page, summary)
    worst = next(iter(summary["kinds_found"]), "")
    return Outcome(path, line, None, page, summary["verdict"], summary["levels"], worst)


def _say(name: str, page: str, summary: dict[str, Any]) -> str:
    """Say what was found in the lines that are printed."""
    beats, unreadable = summary["beats"], summary["unreadable"]
    return "\n".join(
        [
            f"{name}: {beats['found']} beats, {beats['flagged']} flagged, "
            f"{unreadable['time_s']:.0f} s unreadable -> {page}",
            f"  {summary['verdict']}",
            *(f"  note: {note}" for note in summary["notes"]),
            *_say_leads(summary["leads_read"]),
        ]
    )


def _say_leads(spans: list[dict[str, Any]]) -> list[str]:
    """Say which leads were read, if not one throughout."""
    beats = count_leads_read(spans)
    if len(beats) < 2:
        return []
    shown = [f"{lead} {_share(n / sum(beats.values()))}" for lead, n in beats.items()]
    return [f"  read: {', '.join(shown)} of the beats, {len(spans)} spans"]


def _share(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "under 0.1%"


def _take_beats(
    parts: Iterable[BeatDecisions], results: Results, search: FindingSearch
) -> Iterator[BeatDecisions]:
    """Write beats and search them for findings while others score those that follow."""
    for part in parts:
        results.add_beats(part)
        search.extend(part)
        yield part

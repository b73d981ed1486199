"""The files of one scored recording: all of them appear, or none."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.recordings.opening import output_name
from ecg_anomaly.recordings.recording import Recording
from ecg_anomaly.storage.atomic import replace_file
from ecg_anomaly.triage.annotation_file import encode_marks
from ecg_anomaly.triage.beats_table import format_beats
from ecg_anomaly.triage.page import write_page
from ecg_anomaly.triage.unreadable import Stretch

BEATS, SUMMARY, MARKS, PAGE = ".beats.csv", ".summary.json", ".anom", ".html"


def write_results(
    folder: Path,
    recording: Recording,
    decisions: BeatDecisions,
    stretches: Sequence[Stretch],
    summary: dict[str, Any],
) -> list[Path]:
    """Write table, summary, marks and page of a recording.

    Returns
    -------
    list of Path
        The files.

    Raises
    ------
    UserError
        When the disk is full or not writable; then no file of this recording was changed.
    """
    stem = output_name(recording.name)
    paths = {ending: folder / f"{stem}{ending}" for ending in (BEATS, SUMMARY, MARKS, PAGE)}
    with ExitStack() as files:
        at = {ending: files.enter_context(replace_file(path)) for ending, path in paths.items()}
        with at[BEATS].open("w", encoding="utf-8", newline="") as stream:
            stream.writelines(format_beats(decisions))
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        at[SUMMARY].write_text(text + "\n", encoding="utf-8")
        with at[MARKS].open("wb") as marks:
            marks.writelines(encode_marks(decisions, stretches, recording.fs))
        write_page(at[PAGE], recording, decisions, summary)
    return list(paths.values())

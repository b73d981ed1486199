"""The page for whoever reviews a recording: one HTML file that needs no other file, no network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import WORDINGS
from ecg_anomaly.files import page_template as template
from ecg_anomaly.files.page_template import clock
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import StreamedRecord
from ecg_anomaly.triage.ecg_paper import draw_strip
from ecg_anomaly.triage.finding_list import LEVEL_MEANINGS, arrange_findings
from ecg_anomaly.triage.leads_read import count_leads_read
from ecg_anomaly.triage.overview import draw_overview
from ecg_anomaly.triage.strip_marks import mark_beats, mark_parts
from ecg_anomaly.triage.strips import SIZES, Strip, choose_strips
from ecg_anomaly.triage.time_bins import bin_beats, find_longest_interval
from ecg_anomaly.triage.unreadable import MEANINGS, Segment

TEMPLATE, STYLE = "page.html.jinja", "page.css"

#: What the page states of the detector, where the summary has it.
DETECTOR_KEYS = ("name", "id", "trained_on", "threshold", "stated_false_alarm_rate")

#: Unreadable segments listed at most, the longest first; the summary holds all of them.
MOST_SEGMENTS = 50

#: Hours listed at most; the summary holds all of them.
MOST_HOURS = 72

#: Spans listed at most that were read on another lead than most.
MOST_SPANS = 8

#: Beats whose reasons are counted at a time, so that those of a week are never one text.
_BLOCK_BEATS = 1 << 12


def prepare_page() -> None:
    """Load the template of all pages, so that the first one is written sooner when it is due."""
    template.load_template(Path(__file__).parent, TEMPLATE)


def write_page(
    path: str | Path,
    recording: StreamedRecord,
    decisions: BeatDecisions,
    summary: Mapping[str, Any],
    only: str = "all",
) -> None:
    """Write the page of a scored recording.

    Parameters
    ----------
    path : str or Path
        The HTML file.
    recording : StreamedRecord
        The recording that was scored; only the strips are read.
    decisions : BeatDecisions
        On its beats, with the reasons of the flagged ones.
    summary : mapping
        As made by `ecg_anomaly.triage.recording_summary.summarize`.
    only : {"critical", "high", "all"}
        The least level of the findings shown; with less than all, flagged beats are not.
    """
    text = render_triage_page(recording, decisions, summary, only)
    Path(path).write_text(text, encoding="utf-8", errors="backslashreplace")


def render_triage_page(
    recording: StreamedRecord,
    decisions: BeatDecisions,
    summary: Mapping[str, Any],
    only: str = "all",
) -> str:
    """Render the page; parameters as in `write_page`. Equal input gives equal bytes."""
    duration_s = recording.n_samples / recording.fs
    strips = choose_strips(decisions, duration_s) if only == "all" else []
    bins = bin_beats(decisions, duration_s)
    segments = [Segment(**row) for row in summary["unreadable"]["stretches"]]
    slow = average_down(recording)
    groups = arrange_findings(
        summary, strips, duration_s, lambda strip: _draw(slow, decisions, strip), only
    )
    return template.render_page(
        Path(__file__).parent,
        TEMPLATE,
        (STYLE,),
        summary=summary,
        only=only,
        groups=groups,
        meanings_of_levels=LEVEL_MEANINGS,
        rhythm=summary["rhythm"],
        hours=summary["rhythm"]["hours"][:MOST_HOURS],
        leads_read=count_leads_read(summary["leads_read"]),
        other_spans=_list_other_spans(summary["leads_read"]),
        recording=summary["recording"],
        detector={**dict.fromkeys(DETECTOR_KEYS), **summary["detector"]},
        minutes=duration_s / 60,
        overview=draw_overview(bins, duration_s, segments, strips),
        longest_interval=find_longest_interval(decisions, _list_fibrillation(summary)),
        bin_minutes=bins.length_s / 60,
        kinds=count_kinds(decisions),
        strips=_describe_strips(recording, decisions, strips),
        segments=sorted(segments, key=lambda s: s.start_s - s.end_s)[:MOST_SEGMENTS],
        meanings={r: m for r, m in MEANINGS.items() if any(s.reason == r for s in segments)},
    )


def _list_fibrillation(summary: Mapping[str, Any]) -> list[tuple[float, float]]:
    """List start and end in s of ventricular fibrillation, in which there are no intervals."""
    rows = [row for row in summary["findings"] if row["kind"] == "ventricular_fibrillation"]
    return [(row["start_s"], row["end_s"]) for row in rows]


def _list_other_spans(spans: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """List the longest spans that were not read on the most used lead, in the order of time."""
    most_used = next(iter(count_leads_read(spans)), "")
    other = sorted((s for s in spans if s["lead"] != most_used), key=lambda s: -s["beats"])
    return sorted(other[:MOST_SPANS], key=lambda s: float(s["start_s"]))


def count_kinds(decisions: BeatDecisions) -> list[tuple[str, int, int]]:
    """Count how often each kind of reason was given.

    Returns
    -------
    list of (str, int, int)
        Label of the kind, number of beats with it among their reasons, number of beats with it as
        the strongest; the most frequent kind first, those without beats left out.
    """
    starts = [wording.template.partition("{")[0] for wording in WORDINGS.values()]
    flagged = np.flatnonzero(decisions.anomalous)
    counts = np.zeros((len(starts), 2), np.int64)
    for first in range(0, len(flagged), _BLOCK_BEATS):
        texts = decisions.reason[flagged[first : first + _BLOCK_BEATS]].tolist()
        every = "".join(f"\n; {text}" for text in texts)
        counts += [(every.count(f"; {start}"), every.count(f"\n; {start}")) for start in starts]
    labels = [wording.label for wording in WORDINGS.values()]
    rows = [(label, int(n), int(first)) for label, (n, first) in zip(labels, counts, strict=True)]
    return sorted((row for row in rows if row[1]), key=lambda row: -row[1])


def _describe_strips(
    recording: StreamedRecord, decisions: BeatDecisions, strips: list[Strip]
) -> list[dict[str, Any]]:
    """Describe and draw each strip; signals are read in the order of time, which is fastest."""
    slow = average_down(recording)
    plots = {
        strip.number: _draw(slow, decisions, strip)
        for strip in sorted(strips, key=lambda strip: strip.start_s)
    }
    return [
        {
            "number": strip.number,
            "start": clock(strip.start_s),
            "finding": _name_finding(decisions, strip),
            "score": float(decisions.score[strip.top]),
            "reason": str(decisions.reason[strip.top]),
            "alike": strip.alike,
            "group": f"{SIZES[strip.size]}, {WORDINGS[strip.kind].label}",
            "plot": plots[strip.number],
        }
        for strip in strips
    ]


def _draw(recording: StreamedRecord, decisions: BeatDecisions, strip: Strip) -> Markup:
    first, last = (round(t * recording.fs) for t in (strip.start_s, strip.end_s))
    signal = recording.read(first, min(last, recording.n_samples))
    # What explains the flag of a single beat says nothing of a finding.
    parts = [] if strip.found_s else mark_parts(decisions, strip, recording.leads)
    beats = mark_beats(decisions, strip)
    return draw_strip(strip, signal, recording.fs, recording.leads, beats, parts)


def _name_finding(decisions: BeatDecisions, strip: Strip) -> str:
    """Name what a strip is about: ``"run of 7 flagged beats at 152 per minute"``."""
    n_beats = strip.last - strip.first + 1
    if n_beats == 1:
        return "one flagged beat"
    lasting_s = float(decisions.time_s[strip.last] - decisions.time_s[strip.first])
    rate = f" at {60 * (n_beats - 1) / lasting_s:.0f} per minute" if lasting_s > 0 else ""
    return f"{'two' if n_beats == 2 else f'run of {n_beats}'} flagged beats{rate}"

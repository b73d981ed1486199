"""What was found in a recording as one HTML page that needs no other file and no network."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import WORDINGS
from ecg_anomaly.files import page_template as template
from ecg_anomaly.files.page_template import clock
from ecg_anomaly.records.record import StreamedRecord
from ecg_anomaly.triage.ecg_paper import draw_strip
from ecg_anomaly.triage.episodes import SIZES, count_kinds
from ecg_anomaly.triage.overview import draw_overview
from ecg_anomaly.triage.strip_marks import mark_beats, mark_parts
from ecg_anomaly.triage.strips import Strip, choose_strips
from ecg_anomaly.triage.time_bins import bin_beats, find_longest_interval
from ecg_anomaly.triage.unreadable import MEANINGS, Stretch

TEMPLATE, STYLE = "page.html.jinja", "page.css"

#: What the page says of the detector, where the summary does.
DETECTOR_KEYS = ("name", "id", "trained_on", "threshold", "stated_false_alarm_rate")

#: Unreadable stretches listed at most, the longest first; the summary holds all of them.
MOST_STRETCHES = 50


def write_page(
    path: str | Path,
    recording: StreamedRecord,
    decisions: BeatDecisions,
    summary: Mapping[str, Any],
) -> None:
    """Write the page of a scored recording.

    Parameters
    ----------
    path : str or Path
        The HTML file.
    recording : StreamedRecord
        What was scored; only the strips are read.
    decisions : BeatDecisions
        Its beats, with the reasons of the flagged ones.
    summary : mapping
        As made by `summarize`.
    """
    Path(path).write_text(render_page(recording, decisions, summary), encoding="utf-8")


def render_page(
    recording: StreamedRecord, decisions: BeatDecisions, summary: Mapping[str, Any]
) -> str:
    """Render the page; parameters as in `write_page`. Equal input gives equal bytes."""
    duration_s = recording.n_samples / recording.fs
    strips = choose_strips(decisions, duration_s)
    bins = bin_beats(decisions, duration_s)
    stretches = [Stretch(**row) for row in summary["unreadable"]["stretches"]]
    return template.render_page(
        Path(__file__).parent,
        TEMPLATE,
        (STYLE,),
        summary=summary,
        recording=summary["recording"],
        detector={**dict.fromkeys(DETECTOR_KEYS), **summary["detector"]},
        minutes=duration_s / 60,
        overview=draw_overview(bins, duration_s, stretches, strips),
        longest_interval=find_longest_interval(decisions),
        bin_minutes=bins.length_s / 60,
        kinds=count_kinds(decisions),
        strips=_describe_strips(recording, decisions, strips),
        stretches=sorted(stretches, key=lambda s: s.start_s - s.end_s)[:MOST_STRETCHES],
        meanings={r: m for r, m in MEANINGS.items() if any(s.reason == r for s in stretches)},
    )


def _describe_strips(
    recording: StreamedRecord, decisions: BeatDecisions, strips: list[Strip]
) -> list[dict[str, Any]]:
    """Say and draw each strip; they are read in the order of time, which is fastest."""
    plots = {
        strip.number: _draw(recording, decisions, strip)
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
            "picture": plots[strip.number],
        }
        for strip in strips
    ]


def _draw(recording: StreamedRecord, decisions: BeatDecisions, strip: Strip) -> Markup:
    first, last = (round(t * recording.fs) for t in (strip.start_s, strip.end_s))
    signal = recording.read(first, min(last, recording.n_samples))
    parts = mark_parts(decisions, strip, recording.leads)
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

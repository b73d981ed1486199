"""Render the exploration page as one HTML file that needs no other file and no network."""

import base64
from pathlib import Path
from typing import Any

from ecg_anomaly.exploration.exploration_plots import (
    MAX_LEADS,
    MAX_ROWS,
    draw_classes,
    draw_heart_rates,
    draw_lengths,
    draw_mean_beats,
    draw_quality,
    draw_rr,
)
from ecg_anomaly.exploration.record_row import WANDER_MV
from ecg_anomaly.exploration.svg_plots import CLASS_COLOURS
from ecg_anomaly.files import page_template as template
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

TEMPLATE = "page.html.jinja"
CLASS_MEANINGS = {
    "N": "normal beats and bundle branch block",
    "S": "supraventricular ectopic beats",
    "V": "ventricular ectopic beats",
    "F": "fusion of a ventricular and a normal beat",
    "Q": "paced or unclassifiable beats",
}
#: Columns of the table of leads: each flaw that makes beats unreadable, by its key.
FLAWS = {
    "missing": "Missing",
    "flat": "Flat",
    "clipped": "Clipped",
    "implausible": "Implausible",
    "noise": "Noise",
}
#: Rows of a table at most; the JSON holds all of them.
MAX_TABLE_ROWS = 200
#: Least number of records for a histogram of their lengths.
MIN_LENGTHS = 8


def render_exploration(summary: dict[str, Any]) -> str:
    """Render the exploration page.

    Parameters
    ----------
    summary : dict
        As returned by `summarise_records`, or read back from its JSON.

    Returns
    -------
    str
        HTML with its style and plots inside. Equal summaries give equal bytes.
    """
    return template.render_page(
        Path(__file__).parent,
        TEMPLATE,
        summary=summary,
        total=summary["total"],
        classes=AAMI_CLASSES,
        colours=CLASS_COLOURS,
        meanings=CLASS_MEANINGS,
        same_length=_same_length(summary["records"]),
        flawed=_most_flawed_first(summary["records"]),
        lead_rows=_worst_leads_first(summary["records"]),
        plots={name: _data_uri(svg) for name, svg in _draw_plots(summary).items()},
        limits={"rows": MAX_ROWS, "leads": MAX_LEADS, "table": MAX_TABLE_ROWS},
        flaws=FLAWS,
        wander_mv=WANDER_MV,
    )


def _draw_plots(summary: dict[str, Any]) -> dict[str, str]:
    """Draw the plots for which there is data; the others are absent."""
    plots = {}
    records = summary["records"]
    whole = [row for row in records if not row["cut_out"]]
    if len(whole) >= MIN_LENGTHS and len({row["minutes"] for row in whole}) > 1:
        plots["lengths"] = draw_lengths(whole)
    evaluated = [row for row in _most_flawed_first(records) if row["strip"]["cells"]]
    if evaluated:
        plots["quality"] = draw_quality(evaluated)
    if summary["total"]["n_beats"]:
        plots["classes"] = draw_classes(summary["subjects"])
    rated = [row for row in records if row["heart_rate_bpm"]]
    if rated:
        rated.sort(key=lambda row: row["heart_rate_bpm"]["p5"] - row["heart_rate_bpm"]["p95"])
        plots["heart_rates"] = draw_heart_rates(rated)
    if summary["rr"]["classes"]:
        plots["rr"] = draw_rr(summary["rr"])
    for name, cut_out in (("mean_beats", False), ("mean_cut_beats", True)):
        rows = [row for row in summary["mean_beats"] if row["cut_out"] is cut_out]
        if rows:
            plots[name] = draw_mean_beats(rows)
    return plots


def _same_length(records: list[dict[str, Any]]) -> float | None:
    """Return the length in minutes that several continuous records share; None if they differ."""
    minutes = [row["minutes"] for row in records if not row["cut_out"]]
    return minutes[0] if len(minutes) > 1 and len(set(minutes)) == 1 else None


def _most_flawed_first(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sort records by their share of good windows; records without any window come last."""
    return sorted(
        records, key=lambda r: 2.0 if r["states"]["good"] is None else r["states"]["good"]
    )


def _worst_leads_first(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row per record and lead, those with most missing and unreadable signal first."""
    rows = [{"name": r["name"], **lead} for r in records for lead in r["lead_quality"]]

    def badness(row: dict[str, Any]) -> tuple[float, float]:
        lost = sum(row[f"{flaw}_share"] or 0.0 for flaw in FLAWS)
        return -round(lost, 4), -(row["wander_mv"] or 0.0)

    return sorted(rows, key=badness)


def _data_uri(svg: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()

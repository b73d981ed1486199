"""Write the page of an archive: what was found in how many recordings, the most critical first."""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from ecg_anomaly.archive.archive_summary import DISTRIBUTIONS, ArchiveSummary, worst_level
from ecg_anomaly.archive.archive_table import key_of
from ecg_anomaly.exploration.svg_plots import INK, drawn_as_svg, label_axes
from ecg_anomaly.files import page_template as template
from ecg_anomaly.findings.finding import LEVELS

TEMPLATE = "archive.html.jinja"

#: Where triage pages of single recordings go, beside the page of the archive.
PAGES = "recordings"

#: What is drawn of each distribution.
LABELS = {
    "mean_bpm": "Mean heart rate, beats per minute",
    "burden": "Share of readable beats that are flagged",
    "unreadable_share": "Share of the time that cannot be read",
    "quality": "Median quality of the beats, 1 is clean",
}

#: What the words for a failure mean.
MEANINGS = {
    "missing": "no file where the manifest says",
    "manifest": "what the manifest says of it does not fit",
    "no recording": "a folder",
    "not allowed": "credentials or permissions",
    "unreadable": "the file is damaged, cut off or not an ECG",
    "unknown format": "no format that is read",
    "too short": "shorter than one beat",
    "package missing": "the format needs an optional package",
    "killed its worker": "set aside; more memory may do",
    "machine": "too little memory or too few processes: score it again elsewhere",
    "internal error": "a defect: please report it",
}

#: Colours of bars; a bar with few recordings is at least visible.
BAR = "#0072b2"


def page_of(uri: str) -> str:
    """Return where the triage page of a recording is, relative to the page of the archive."""
    return f"{PAGES}/{key_of(uri)}"


def render_archive(
    summary: ArchiveSummary,
    table: str,
    detector: str,
    command: str,
    made: dict[str, str] | None = None,
) -> str:
    """Render the page.

    Parameters
    ----------
    summary : ArchiveSummary
        Of one detector.
    table : str
        Address of the table.
    detector : str
        What the user called the detector, or its digest.
    command : str
        What makes the triage page of a recording, which it calls URI.
    made : dict of str to str
        Triage pages that are there, relative to this page, by the address of the recording.

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    made = made or {}
    rows = [
        {**row, "level": worst_level(row), "page": quote(made.get(row["uri"], ""))}
        for row in summary.worst
    ]
    return template.render_page(
        Path(__file__).parent,
        TEMPLATE,
        summary=summary,
        rows=rows,
        subjects=any(row["subject"] for row in rows),
        levels=LEVELS,
        plots={name: Markup(draw_counts(name, n)) for name, n in summary.counts.items()},
        labels=LABELS,
        meanings=MEANINGS,
        table=table,
        detector=detector,
        command=command,
    )


@drawn_as_svg
def draw_counts(figure: Figure, name: str, counts: NDArray[np.int64]) -> None:
    """Draw a distribution as a histogram.

    Parameters
    ----------
    figure : Figure
        To draw on.
    name : str
        Key of `DISTRIBUTIONS`.
    counts : (n,) int64
        Recordings in each of its bins.
    """
    low, high, n = DISTRIBUTIONS[name]
    edges = np.linspace(low, high, n + 1)
    figure.set_size_inches(5.2, 2.2)
    axes: Any = figure.subplots()
    axes.bar(edges[:-1], counts, np.diff(edges), align="edge", color=BAR)
    axes.set_xlim(low, high)
    axes.axhline(0, color=INK, linewidth=0.6)
    axes.yaxis.set_major_locator(MaxNLocator("auto", integer=True))
    label_axes(axes, LABELS[name], "recordings", "y")

"""Write the page of a comparison: which measures drift, and both distributions of each."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup
from matplotlib.figure import Figure

from ecg_anomaly.archive.drift.drift_comparison import MeasureDrift, describe_drift
from ecg_anomaly.archive.drift.recording_profile import MEASURES
from ecg_anomaly.exploration.svg_plots import drawn_as_svg, label_axes
from ecg_anomaly.files import page_template as template

TEMPLATE = "drift.html.jinja"

#: Colours of reference and site, told apart by brightness too.
REFERENCE_COLOUR, SITE_COLOUR = "#9aa5b1", "#d55e00"


def render_drift(
    found: Sequence[MeasureDrift], site: str, reference: str, false_alarm_rate: float
) -> str:
    """Render the page.

    Parameters
    ----------
    found : sequence of MeasureDrift
        The most different one first.
    site, reference : str
        What was compared, as the user named it.
    false_alarm_rate : float
        The stated one.

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    rows = [
        {
            "drift": drift,
            "label": MEASURES[drift.name],
            "reference": np.quantile(drift.reference, (0.1, 0.5, 0.9)).tolist(),
            "site": np.quantile(drift.site, (0.1, 0.5, 0.9)).tolist(),
            "plot": Markup(draw_both(drift)),
        }
        for drift in found
    ]
    return template.render_page(
        Path(__file__).parent,
        TEMPLATE,
        said=describe_drift(found),
        rows=rows,
        site=site,
        reference=reference,
        rate=false_alarm_rate,
    )


@drawn_as_svg
def draw_both(figure: Figure, drift: MeasureDrift) -> None:
    """Draw the share of subjects below each value, of the reference and of the site."""
    figure.set_size_inches(4.2, 2.0)
    axes: Any = figure.subplots()
    sides = (
        (drift.reference, REFERENCE_COLOUR, 3.0, "reference"),
        (drift.site, SITE_COLOUR, 1.6, "site"),
    )
    for values, colour, width, label in sides:
        axes.ecdf(values, color=colour, linewidth=width, label=f"{label}, {len(values)} subjects")
    axes.legend(frameon=False, fontsize=8)
    label_axes(axes, MEASURES[drift.name], "share of subjects", "y")

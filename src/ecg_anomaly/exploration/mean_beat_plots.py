"""Pictures of the mean beats: a row per lead, a column per AAMI class."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ecg_anomaly.exploration.svg_plots import CLASS_COLOURS, drawn_as_svg, label_axes
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Leads drawn at most, those with most beats.
MAX_LEADS = 12


@drawn_as_svg
def draw_mean_beats(figure: Figure, mean_beats: list[dict[str, Any]]) -> None:
    """Draw mean beats with a band of one standard deviation.

    Parameters
    ----------
    figure : Figure
        Where to draw.
    mean_beats : list of dict
        Rows that share a time axis: all around the R peak, or all cut out.
    """
    rows = mean_beats[:MAX_LEADS]
    classes = [name for name in AAMI_CLASSES if any(name in row["classes"] for row in rows)]
    figure.set_size_inches(9.6, 0.6 + 1.75 * len(rows))
    panels = figure.subplots(len(rows), len(classes), sharex="row", sharey="row", squeeze=False)
    for line, row in zip(panels, rows, strict=True):
        for axes, name in zip(line, classes, strict=True):
            _draw_panel(axes, row, name)
        line[0].set_ylabel(f"{row['lead']}\n{'amplitude' if row['cut_out'] else 'mV'}")
    for axes, name in zip(panels[0], classes, strict=True):
        axes.annotate(
            f"class {name}", (0.5, 1.0), (0, 16), "axes fraction", "offset points",
            ha="center", fontweight="bold", color=CLASS_COLOURS[name],
        )  # fmt: skip
    cut_out = rows[0]["cut_out"]
    figure.supxlabel(f"time from {'the start of the beat' if cut_out else 'the R peak'} (s)")


def _draw_panel(axes: Axes, row: dict[str, Any], name: str) -> None:
    label_axes(axes, grid="both")
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.yaxis.set_major_locator(MaxNLocator(4))
    beat = row["classes"].get(name)
    if beat is None:
        axes.set_title("no beat", fontsize=8, pad=3)
        return
    time, mean, sd = (np.array(v, float) for v in (row["time_s"], beat["mean_mv"], beat["sd_mv"]))
    axes.fill_between(
        time, mean - sd, mean + sd, color=CLASS_COLOURS[name], alpha=0.22, linewidth=0
    )
    axes.plot(time, mean, color=CLASS_COLOURS[name], linewidth=1.6)
    axes.set_title(f"{beat['n']:,} beat{'s' if beat['n'] != 1 else ''}", fontsize=8, pad=3)

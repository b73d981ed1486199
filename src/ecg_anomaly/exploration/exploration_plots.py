"""Draw the plots of the exploration page from the summary, as SVG."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecg_anomaly.exploration.record_row import STATES
from ecg_anomaly.exploration.svg_plots import (
    CLASS_COLOURS,
    INK,
    STATE_COLOURS,
    drawn_as_svg,
    label_axes,
    label_rows,
)
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Most rows of a plot; the tables hold the others.
MAX_ROWS = 60

#: Most leads in the plot of mean beats, those with most beats.
MAX_LEADS = 12

#: Width of a plot, height of a row, and height of everything around the rows, in inches.
WIDTH, ROW_HEIGHT, FRAME = 9.6, 0.17, 1.1


def _size(figure: Figure, n_rows: int) -> None:
    figure.set_size_inches(WIDTH, FRAME + ROW_HEIGHT * max(n_rows, 3))


@drawn_as_svg
def draw_lengths(figure: Figure, records: list[dict[str, Any]]) -> None:
    """Draw a histogram of the lengths of the records in minutes."""
    figure.set_size_inches(WIDTH, 2.4)
    axes = figure.add_subplot()
    axes.hist([row["minutes"] for row in records], bins=30, color=CLASS_COLOURS["N"])
    label_axes(axes, "length (minutes)", "records", "y")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


@drawn_as_svg
def draw_quality(figure: Figure, records: list[dict[str, Any]]) -> None:
    """Draw a strip per record: the worst state of each window over time, in the order given."""
    rows = records[:MAX_ROWS]
    _size(figure, len(rows) + 2)
    cell_s = min(row["strip"]["cell_s"] for row in rows)
    # A shorter record ends earlier; a longer one has wider cells.
    strips = [
        np.repeat([*row["strip"]["cells"]], round(row["strip"]["cell_s"] / cell_s)) for row in rows
    ]
    image = np.full((len(rows), max(1, *map(len, strips))), np.nan)
    for line, strip in zip(image, strips, strict=True):
        line[: len(strip)] = [list(STATES).index(letter) for letter in strip]
    axes = figure.add_subplot()
    axes.imshow(
        image, ListedColormap(STATE_COLOURS), aspect="auto", interpolation="none",
        vmin=-0.5, vmax=len(STATES) - 0.5,
        extent=(0, image.shape[1] * cell_s / 60, len(rows) - 0.5, -0.5),
    )  # fmt: skip
    label_rows(axes, [row["name"] for row in rows])
    axes.hlines(np.arange(len(rows)) - 0.5, *axes.get_xlim(), color="white", linewidth=1)
    label_axes(axes, "time (minutes)")
    keys = zip(STATE_COLOURS, STATES.values(), strict=True)
    patches = [Patch(facecolor=colour, label=name) for colour, name in keys]
    figure.legend(
        handles=patches, ncols=len(STATES), loc="outside upper center", frameon=False,
        columnspacing=1.2, handlelength=1.5,
    )  # fmt: skip


@drawn_as_svg
def draw_classes(figure: Figure, subjects: list[dict[str, Any]]) -> None:
    """Draw a bar per subject: shares of the classes other than N, in the order given."""
    rows = [row for row in subjects if row["n_beats"]][:MAX_ROWS]
    _size(figure, len(rows) + 2)
    axes = figure.add_subplot()
    left = np.zeros(len(rows))
    for name in AAMI_CLASSES[1:]:
        shares = np.array([row["classes"][name] / row["n_beats"] for row in rows])
        axes.barh(range(len(rows)), shares, left=left, color=CLASS_COLOURS[name], label=name)
        left += shares
    label_rows(axes, [row["name"] for row in rows])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0))
    label_axes(axes, "share of the subject's beats", "", "x")
    figure.legend(ncols=4, loc="outside upper center", frameon=False)


@drawn_as_svg
def draw_heart_rates(figure: Figure, records: list[dict[str, Any]]) -> None:
    """Draw a bar per record: median heart rate with its 5th and 95th percentile."""
    rows = records[:MAX_ROWS]
    _size(figure, len(rows))
    axes = figure.add_subplot()
    rates = [row["heart_rate_bpm"] for row in rows]
    low, high = [rate["p5"] for rate in rates], [rate["p95"] for rate in rates]
    axes.hlines(range(len(rows)), low, high, color=CLASS_COLOURS["S"], linewidth=4, alpha=0.45)
    axes.plot([rate["median"] for rate in rates], range(len(rows)), "o", color=INK, markersize=4)
    label_rows(axes, [row["name"] for row in rows])
    label_axes(axes, "heart rate from beat to beat (beats per minute)", "", "x")


@drawn_as_svg
def draw_rr(figure: Figure, rr: dict[str, Any]) -> None:
    """Draw a histogram of RR intervals per class, on one time axis."""
    figure.set_size_inches(WIDTH, 0.6 + 1.15 * len(rr["classes"]))
    panels = figure.subplots(len(rr["classes"]), 1, sharex=True, squeeze=False)[:, 0]
    edges = np.arange(round(rr["longest_s"] / rr["bin_s"]) + 1) * rr["bin_s"]
    for axes, (name, row) in zip(panels, rr["classes"].items(), strict=True):
        axes.stairs(np.array(row["counts"]) / row["n"], edges, fill=True, color=CLASS_COLOURS[name])
        title = f"{name}   {row['n']:,} intervals"
        axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        axes.yaxis.set_major_locator(MaxNLocator(3))
        label_axes(axes, "", "", "both")
    panels[-1].set_xlabel("RR interval that ends at the beat (s)")
    panels[-1].set_xlim(0, rr["longest_s"])


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
    figure.set_size_inches(WIDTH, 0.6 + 1.75 * len(rows))
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

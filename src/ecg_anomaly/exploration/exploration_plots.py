"""Pictures of the summary: lengths, signal quality, classes, heart rates, RR intervals."""

from typing import Any

import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ecg_anomaly.exploration.quality_states import STATES
from ecg_anomaly.exploration.svg_plots import (
    CLASS_COLOURS,
    INK,
    STATE_COLOURS,
    drawn_as_svg,
    label_axes,
    label_rows,
)
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Rows of a picture at most; the tables hold the others.
MAX_ROWS = 60
WIDTH, ROW_HEIGHT, FRAME = 9.6, 0.17, 1.1


def _size(figure: Figure, n_rows: int) -> None:
    figure.set_size_inches(WIDTH, FRAME + ROW_HEIGHT * max(n_rows, 3))


@drawn_as_svg
def draw_lengths(figure: Figure, records: list[dict[str, Any]]) -> None:
    """Histogram of the lengths of the records in minutes."""
    figure.set_size_inches(WIDTH, 2.4)
    axes = figure.add_subplot()
    axes.hist([row["minutes"] for row in records], bins=30, color=CLASS_COLOURS["N"])
    label_axes(axes, "length (minutes)", "records", "y")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


@drawn_as_svg
def draw_quality(figure: Figure, records: list[dict[str, Any]]) -> None:
    """Draw a strip per record: the worst state of each window along time, most flaws on top."""
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
    figure.legend(handles=patches, ncols=len(STATES), loc="outside upper center", frameon=False)


@drawn_as_svg
def draw_classes(figure: Figure, subjects: list[dict[str, Any]]) -> None:
    """Draw a bar per subject: shares of the classes other than N, most anomalous on top."""
    rows = [row for row in subjects if row["n_beats"]][:MAX_ROWS]
    _size(figure, len(rows) + 2)
    axes = figure.add_subplot()
    left = np.zeros(len(rows))
    for name in AAMI_CLASSES[1:]:
        shares = np.array([row["classes"][name] / row["n_beats"] for row in rows])
        axes.barh(range(len(rows)), shares, left=left, color=CLASS_COLOURS[name], label=name)
        left += shares
    label_rows(axes, [row["name"] for row in rows])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
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
    """One histogram of RR intervals per class, on one time axis."""
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

"""Render plots as SVG, equal bytes for equal data, with the colours and axes that all share."""

import io
import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

#: Colours of the AAMI classes that colour-blind readers can tell apart (Okabe and Ito 2008).
CLASS_COLOURS = {"N": "#5c6670", "S": "#0072b2", "V": "#d55e00", "F": "#009e73", "Q": "#b5528c"}
#: Colours of the states of signal quality, the best first; no two differ by hue alone.
STATE_COLOURS = ("#e4ecf2", "#f0e442", "#e69f00", "#cc79a7", "#b0483a", "#0072b2", "#1a1a1a")
#: Most characters of the name of a record or subject in a plot.
MAX_NAME = 18
INK, GRID = "#1f2933", "#d5dbe1"

_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "ecg-anomaly",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    # A dollar sign in the name of a record does not begin a formula.
    "text.parse_math": False,
    "font.size": 10,
    "axes.edgecolor": GRID,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
}

P = ParamSpec("P")


def drawn_as_svg(
    draw: Callable[Concatenate[Figure, P], None],
) -> Callable[P, str]:
    """Turn a function that draws on a figure into one that returns the SVG.

    The text holds no date, no version and no random name, so equal input gives equal bytes.
    """

    @wraps(draw)
    def render(*args: P.args, **kwargs: P.kwargs) -> str:
        with matplotlib.rc_context(_STYLE), warnings.catch_warnings():
            # A name in a script that the font lacks is still legible in the tables.
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
            figure = Figure(layout="constrained")
            draw(figure, *args, **kwargs)
            stream = io.StringIO()
            nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            figure.savefig(stream, format="svg", metadata=nothing)
        text = stream.getvalue()
        return text[text.index("<svg") :]

    return render


def label_axes(
    axes: Axes, x: str = "", y: str = "", grid: Literal["x", "y", "both"] | None = None
) -> None:
    """Name the axes, with units, and draw faint grid lines across the axes named by `grid`."""
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.tick_params(length=0, pad=5)
    if grid:
        axes.grid(axis=grid, color=GRID, linewidth=0.6)


def label_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows 0, 1, ... of a plot, the first on top."""
    short = [name if len(name) <= MAX_NAME else name[: MAX_NAME - 1] + "…" for name in names]
    axes.set_yticks(range(len(short)), short, fontsize=8)
    axes.set_ylim(len(short) - 0.5, -0.5)

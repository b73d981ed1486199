"""The style of all plots, with colours that colour-blind readers can tell apart."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

# Okabe and Ito 2008.
NORMAL, ABNORMAL, ACCENT, MUTED = "#0072B2", "#D55E00", "#009E73", "#7F7F7F"

_STYLE: dict[str, Any] = {
    "figure.dpi": 110,
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "grid.alpha": 0.3,
}


def new_figure(width: float = 6.4, height: float = 4.4) -> Figure:
    """Make an empty figure in this style, `width` by `height` inches."""
    mpl.rcParams.update(_STYLE)  # type: ignore[arg-type]  # its keys are typed one by one
    return Figure(figsize=(width, height), layout="constrained")


def save_figure(figure: Figure, path: Path) -> None:
    """Write a figure as PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Any figure.
    path : Path
        Overwritten. The version of Matplotlib is left out, so that the same figure gives the same
        bytes.
    """
    figure.savefig(path, metadata={"Software": None})

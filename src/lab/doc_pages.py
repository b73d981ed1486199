"""Tables and plots that a measurement writes into docs/, and the options that say where."""

import argparse
from collections.abc import Callable
from pathlib import Path

from matplotlib.figure import Figure

from ecg_anomaly.files.atomic import replace_file, write_text
from ecg_anomaly.files.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


def page_options(description: str | None) -> argparse.ArgumentParser:
    """Return a parser with ``--root`` and ``--docs``, to which a command adds its own options.

    Parameters
    ----------
    description : str
        Docstring of the command; its first line is shown.
    """
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of params.yaml and data/")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="written to")
    return parser


def write_between(page: Path, begin: str, end: str, render: Callable[[], str]) -> None:
    """Write a text between two marks of a page; the rest of the page does not change.

    Parameters
    ----------
    page : Path
        Left alone when it does not exist or has neither mark.
    begin, end : str
        The marks.
    render : callable
        Returns the text; not called for a page without marks.

    Raises
    ------
    UserError
        When one of the marks is missing, occurs twice or comes in the wrong order.
    """
    text = page.read_text(encoding="utf-8") if page.is_file() else ""
    if begin not in text and end not in text:
        return
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        rule = f"expected {begin} and then {end}, once each"
        raise UserError(page, rule, "restore the two marks")
    head, rest = text.split(begin)
    tail = rest.split(end)[1]
    write_text(page, f"{head}{begin}\n{render()}\n{end}{tail}")


def write_plot(
    figure: Figure, path: Path, dpi: float | None = None, n_colours: int | None = None
) -> None:
    """Write a PNG file as a whole or not at all; the same plot gives the same bytes.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The plot.
    path : Path
        Its file.
    dpi : float, optional
        Resolution; that of the figure by default.
    n_colours : int, optional
        Reduce it to so many colours, which makes the file of a line drawing much smaller.
    """
    from PIL import Image

    with replace_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=dpi or figure.dpi, metadata={"Software": None})
        if n_colours is not None:
            with Image.open(temporary) as drawn:
                reduced = drawn.convert("RGB").quantize(n_colours, dither=Image.Dither.NONE)
            reduced.save(temporary, format="png", optimize=True)

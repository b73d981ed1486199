"""Render HTML pages from templates, and write their numbers and times as a reader expects them."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment, Template

STYLE = "style.css"


def render_page(folder: Path, template: str, styles: tuple[str, ...] = (), **values: Any) -> str:
    """Render a page that needs no other file and no network.

    Parameters
    ----------
    folder : Path
        Holds template and styles.
    template : str
        Name of the Jinja template. Text in it is escaped; the functions of this module are its
        filters ``percent``, ``number``, ``span`` and ``clock``.
    styles : tuple of str
        Style sheets of `folder`, appended to the one that all pages share.
    values
        Variables of the template; ``style``, all style sheets, is added.

    Returns
    -------
    str
        Equal values give equal bytes.

    Raises
    ------
    jinja2.UndefinedError
        When the template uses a variable that is not among `values`.
    """
    sheets = [Path(__file__).with_name(STYLE), *(folder / name for name in styles)]
    style = Markup("".join(sheet.read_text(encoding="utf-8") for sheet in sheets))
    return load_template(folder, template).render(style=style, **values)


def load_template(folder: Path, template: str) -> "Template":
    """Load and compile a template; done once in a process, at the latest by `render_page`.

    Parameters
    ----------
    folder, template
        As for `render_page`.
    """
    return _environment(folder).get_template(template)


@cache  # a batch of recordings compiles its template once
def _environment(folder: Path) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, number=number, span=span, clock=clock)
    return environment


def percent(value: float | None) -> str:
    """Write a share as ``"12.3%"``; a little is ``"< 0.1%"``, not zero, and None is a dash."""
    if value is None:
        return "–"
    if 0 < value < 0.001:
        return "< 0.1%"
    return f"{value * 100:.{0 if value in (0, 1) else 1}f}%"


def number(value: float | None, digits: int = 3) -> str:
    """Write a number with so many significant digits, all those of a whole one; None is a dash."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 10**digits - 0.5 else f"{value:.{digits}g}"


def span(minutes: float) -> str:
    """Write a length of time: ``"24 h 5 min"``, ``"24 h"``, ``"30 min"``, ``"12 s"``."""
    seconds = round(minutes * 60)
    if seconds < 60:
        return f"{seconds} s"
    hours, rest = divmod(round(seconds / 60), 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "h"), (rest, "min")) if n)


def clock(seconds: float, tenths: bool = False) -> str:
    """Write a moment of a recording as ``h:mm:ss`` from its start, cut, not rounded.

    Parameters
    ----------
    seconds : float
        From the start, not negative.
    tenths : bool
        Adds tenths of a second.
    """
    # A hair more: 0.3 s is stored a little below it.
    parts = int(seconds * 10 + 1e-6)
    whole, rest = divmod(parts, 10)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour}:{minute:02d}:{second:02d}" + (f".{rest}" if tenths else "")

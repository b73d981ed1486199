"""Render a page from a template that lies beside the code that fills it."""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from ecg_anomaly.files.number_formats import number, percent, span

STYLE = "style.css"


def render_page(folder: Path, template: str, styles: tuple[str, ...] = (), **values: Any) -> str:
    """Render a page that needs no other file and no network.

    Parameters
    ----------
    folder : Path
        Where template and styles are.
    template : str
        Name of the Jinja template; text in it is escaped, filters are ``percent``, ``number`` and
        ``span``.
    styles : tuple of str
        Style sheets of `folder` that follow the shared one.
    values
        What the template asks for; ``style`` is added.

    Returns
    -------
    str
        Equal values give equal bytes.
    """
    sheets = [Path(__file__).with_name(STYLE), *(folder / name for name in styles)]
    style = Markup("".join(sheet.read_text(encoding="utf-8") for sheet in sheets))
    return _environment(folder).get_template(template).render(style=style, **values)


@cache  # a batch of recordings compiles its template once
def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, number=number, span=span)
    return environment

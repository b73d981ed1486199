"""Render the model card of a detector, which is Markdown, as an HTML page."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from ecg_anomaly.files.page_template import render_page

TEMPLATE = "card.html.jinja"


def render_card(card: str) -> str:
    """Render a model card as HTML.

    Parameters
    ----------
    card : str
        Markdown whose first line is a heading; HTML in it is shown as text.

    Returns
    -------
    str
        HTML that needs no other file and no network.
    """
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("table_open", _open_table)
    reader.add_render_rule("table_close", _close_table)
    title = card.split("\n", 1)[0].lstrip("# ")
    body = Markup(reader.render(card))
    return render_page(Path(__file__).parent, TEMPLATE, title=title, body=body)


def _open_table(_: Any, tokens: Sequence[Token], index: int, *__: Any) -> str:
    """Open a box that scrolls by itself, and mark a table whose second column is text too."""
    types = [token.type for token in tokens]
    end = types.index("table_close", index)
    columns = types[index:end].count("th_open")
    cells = [token.content for token in tokens[index:end] if token.type == "inline"]
    is_text = any(cell[:1].isalpha() for cell in cells[columns + 1 :: columns])
    kind = "wide groups" if is_text else "wide"
    return f'<div class="{kind}" tabindex="0">\n<table>\n'


def _close_table(*_: Any) -> str:
    return "</table>\n</div>\n"

"""A table in a page that people write, between two lines that say where it stands."""

from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.files.errors import UserError


def write_between(page: Path, begin: str, end: str, render: Callable[[], str]) -> None:
    """Write what `render` gives between two marks; nothing else of the page changes.

    Parameters
    ----------
    page : Path
        Left alone when it is not there or has neither mark.
    begin, end : str
        The marks.
    render : callable
        Gives the text; not called for a page without marks.

    Raises
    ------
    UserError
        When one of the marks is missing, stands twice or comes in the wrong order.
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

"""Open the source that a word on the command line names, such as ``replay:RECORD``."""

from collections.abc import Callable

from ecg_anomaly.files.errors import MOST_QUOTED, UserError
from ecg_anomaly.live.sources.replay_source import ReplaySource
from ecg_anomaly.live.sources.source import Source

#: What each kind of source begins with, and how it is written, for the help.
FORMS = {
    "replay:": "replay:RECORD[@SPEED]",
}

OpenSource = Callable[[str], Source]


def open_source(word: str) -> Source:
    """Open the source that a word names.

    Parameters
    ----------
    word : str
        One of `FORMS`.

    Raises
    ------
    UserError
        When it is no such word, or the source can never be read.

    Examples
    --------
    >>> open_source("100.dat")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ecg_anomaly.files.errors.UserError: 100.dat: not a source of running ECGs; write replay:...
    """
    start = next((start for start in FORMS if word.startswith(start)), None)
    if start is None:
        way_out = f"write {' or '.join(FORMS.values())}"
        raise UserError(word[:MOST_QUOTED], "not a source of running ECGs", way_out)
    openers: dict[str, OpenSource] = {"replay:": ReplaySource}
    return openers[start](word.removeprefix(start))

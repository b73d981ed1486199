"""The exception for every mistake that a user can correct; it becomes one line of output.

It is a module of its own because every room raises it.
"""

import re
from collections.abc import Iterable

#: Characters that a message repeats, at most, of what it complains about, and its own at most.
MOST_QUOTED, MOST_SAID = 80, 400

#: What a message quotes: text in quotation marks (an apostrophe is none), or without a space.
_QUOTED = re.compile(r"(?<!\w)'[^']{80,}'(?!\w)|\"[^\"]{80,}\"|\S{81,}")


class UserError(Exception):
    """Something that the user can correct: a file, a configuration key, a full disk, a server.

    Scripts print it as one line and exit with status 1. Any other exception that reaches a user is
    a defect of this package and keeps its traceback.

    Parameters
    ----------
    where : object
        The file or configuration key that is wrong.
    rule : str
        What was expected and what was found instead. Of each text that it quotes `MOST_QUOTED`
        characters are kept: a header may have a line of 15 MB.
    way_out : str
        What to do about it.

    Examples
    --------
    >>> print(UserError("a.hea", "the gain is 0", "write the gain"))
    a.hea: the gain is 0; write the gain
    """

    def __init__(self, where: object, rule: str, way_out: str) -> None:
        self.where, self.rule, self.way_out = str(where), cut_quotes(rule), cut_quotes(way_out)
        # All three are arguments of the exception, so that it can be pickled.
        super().__init__(where, self.rule, self.way_out)

    def __str__(self) -> str:
        return " ".join(f"{self.where}: {self.rule}; {self.way_out}".split())


def cut_quotes(text: str) -> str:
    """Shorten what a message quotes to `MOST_QUOTED` characters, and the whole to `MOST_SAID`.

    Examples
    --------
    >>> len(cut_quotes(f"gain is {'9' * 1000!r}, amplitudes are unknown"))
    111
    """
    return _cut(_QUOTED.sub(lambda match: _cut(match[0], MOST_QUOTED), text), MOST_SAID)


def _cut(text: str, most: int) -> str:
    """Leave out the middle: a path is known by its end, a line by its start."""
    half = (most - 3) // 2
    return text if len(text) <= most else f"{text[:half]}...{text[-half:]}"


def list_some(names: Iterable[str], most: int = MOST_QUOTED) -> str:
    """List names with commas between them, as many as a message may repeat.

    Examples
    --------
    >>> list_some(["MLII", "V1"]), list_some(map(str, range(10**6)), most=12)
    ('MLII, V1', '0, 1, 2, ...')
    """
    listed = ""
    for name in names:
        longer = f"{listed}, {name}" if listed else name
        if len(longer) > most:
            return f"{listed}, ..." if listed else _cut(name, most)
        listed = longer
    return listed

"""Commands of a user to the running engine: acknowledge an alarm, begin or end quiet mode."""

from dataclasses import dataclass
from typing import Any

from ecg_anomaly.files.errors import UserError

#: What may be asked for: that an alarm was seen, and quiet mode.
ACKNOWLEDGE, QUIET = "acknowledge", "quiet"

#: Characters of a key or a stream at most.
LONGEST = 400


@dataclass(frozen=True)
class Command:
    """What a person asks for.

    Attributes
    ----------
    what : str
        `ACKNOWLEDGE` or `QUIET`.
    about : str
        Key of an alarm; or a stream, ``""`` for all of them.
    lasting_s : float or None
        Of quiet mode; None for what the settings say, 0 ends it.
    """

    what: str
    about: str = ""
    lasting_s: float | None = None


def read_command(what: str, said: Any) -> Command:
    """Read a command from JSON, as the page of the service takes it.

    Parameters
    ----------
    what : str
        `ACKNOWLEDGE`, with ``key``, or `QUIET`, with ``stream`` and ``seconds``.
    said : object
        From JSON.

    Raises
    ------
    UserError
        When it is none.
    """
    if not isinstance(said, dict):
        raise UserError(what, "is no JSON object", 'send {"key": ...} or {"seconds": ...}')
    about = said.get("key" if what == ACKNOWLEDGE else "stream", "")
    lasting_s = said.get("seconds")
    if not isinstance(about, str) or len(about) > LONGEST:
        raise UserError(what, "names no alarm or stream", "send its key or name")
    number = isinstance(lasting_s, (int, float)) and not isinstance(lasting_s, bool)
    if lasting_s is not None and not (number and 0 <= lasting_s < 1e6):
        raise UserError(what, "seconds are no number of 0 or more", "send a number, or none")
    return Command(what, about, None if lasting_s is None else float(lasting_s))

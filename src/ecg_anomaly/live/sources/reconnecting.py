"""Keep a connection to a source: after a loss connect again, with growing delays."""

import logging
import threading
import time
from collections.abc import Callable

LOG = logging.getLogger(__name__)

#: Seconds before the first new try after a loss, and the longest between two.
FIRST_S, LONGEST_S = 0.5, 30.0

#: A link that has held so long counts as a good one: the next loss is tried soon.
GOOD_S = 10.0


def keep_connected(
    connect: Callable[[], object],
    lost: Callable[[str], None],
    stop: threading.Event,
    errors: tuple[type[Exception], ...] = (OSError,),
    name: str = "",
) -> None:
    """Call `connect` until it returns or `stop` is set; report each loss.

    The first of several losses in a row is also a warning on standard error: a server that was
    never reached has no stream yet whose alarm could tell of it.

    Parameters
    ----------
    connect : callable
        Connects and reads. It returns when the source has ended, and raises one of `errors` when
        the link is lost or cannot be made.
    lost : callable
        Takes the reason of a loss, for people.
    stop : threading.Event
    errors : tuple of exceptions
        What a lost link raises.
    name : str
        Of the source, for the warning; ``""`` for none.
    """
    delay_s = FIRST_S
    while not stop.is_set():
        begun = time.monotonic()
        try:
            connect()
            return
        except errors as error:
            reason = str(error)[:200] or type(error).__name__
            lost(reason)
        if time.monotonic() - begun >= GOOD_S:
            delay_s = FIRST_S
        if name and delay_s == FIRST_S:
            LOG.warning("note: %s: no link (%s); trying again until it is there", name, reason)
        if stop.wait(delay_s):
            return
        delay_s = min(2 * delay_s, LONGEST_S)

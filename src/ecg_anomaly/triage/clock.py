"""Moments of a recording as a person reads them."""


def clock(seconds: float, tenths: bool = False) -> str:
    """Write a moment as ``h:mm:ss`` from the start of the recording, cut, not rounded.

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

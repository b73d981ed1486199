"""Options with which a user has recordings read: rate, unit, leads, and what is refused."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """Options of reading a recording.

    What the file states takes precedence: `unit` is for signals without one, and an `fs` that
    contradicts a column of time is refused.

    Attributes
    ----------
    fs : float or None
        Sampling rate in Hz of a table that does not state it.
    unit : str or None
        Unit of the signals that state none.
    lead : str or None
        A lead that must be read, in any spelling. It may be a signal whose name is not that of an
        ECG.
    ignore : tuple of str
        Signals that are left out, in any spelling.
    strict : bool
        Refuse a recording that was cut off, instead of reading what is left of it.
    accept_checksum : bool
        Accept a wrong checksum with a note, instead of refusing the recording.
    """

    fs: float | None = None
    unit: str | None = None
    lead: str | None = None
    ignore: tuple[str, ...] = ()
    strict: bool = False
    accept_checksum: bool = False


#: The default: no option is given.
AS_IT_IS = ReadOptions()

#: For training data: a recording that was cut off is refused.
STRICT = ReadOptions(strict=True)

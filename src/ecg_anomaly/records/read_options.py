"""What a user says of a recording beside its files."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """How a recording is to be read.

    What a file says itself counts: `unit` fills in what it leaves open, and a sampling rate that
    contradicts a column of time is refused.

    Attributes
    ----------
    fs : float or None
        Sampling rate in Hz of a table that does not say it.
    unit : str or None
        Unit of the signals that state none.
    lead : str or None
        A lead that must be there, in any spelling. It may be a signal that is no ECG by its name.
    ignore : tuple of str
        Signals that are left out, in any spelling.
    strict : bool
        Refuse a recording that was cut off, instead of reading what is there.
    accept_checksum : bool
        Read on, and say so, where a checksum is wrong.
    """

    fs: float | None = None
    unit: str | None = None
    lead: str | None = None
    ignore: tuple[str, ...] = ()
    strict: bool = False
    accept_checksum: bool = False


#: Nothing is said beside the files.
AS_IT_IS = ReadOptions()

#: What is asked of recordings to learn from: a loss is no matter of a note then.
STRICT = ReadOptions(strict=True)

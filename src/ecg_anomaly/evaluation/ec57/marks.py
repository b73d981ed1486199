"""The annotations of one annotator, and the part of the record in which they are compared."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Two beats match when they are no further apart; EC57:2012, 4.3.
MATCH_WINDOW_S = 0.15

#: The learning period, in which nothing is counted; EC57:2012, 4.3.
LEARNING_S = 300


@dataclass(frozen=True)
class Marks:
    """All annotations of one annotator, in the order of time.

    Attributes
    ----------
    sample : (n,) int64
        Sample of each annotation, from the start of the record.
    symbol : (n,) str
        WFDB codes (``N``, ``V``, ``+`` ...).
    subtype : (n,) int64
        Subtype of each annotation; that of a ``~`` says which signals are readable.
    note : (n,) str
        Text of each annotation, ``""`` without one; that of a ``+`` names the rhythm that begins.
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    subtype: NDArray[np.int64]
    note: NDArray[np.str_]

    @classmethod
    def of_beats(cls, sample: NDArray[np.int64], symbol: NDArray[np.str_]) -> "Marks":
        """Make marks of beats alone, without subtypes and notes.

        Examples
        --------
        >>> Marks.of_beats(np.array([100, 460]), np.array(["N", "V"])).note.tolist()
        ['', '']
        """
        nothing = np.zeros(len(sample), dtype=np.int64)
        return cls(
            np.asarray(sample, dtype=np.int64), symbol, nothing, np.zeros(len(sample), dtype="<U1")
        )


@dataclass(frozen=True)
class ComparedPart:
    """The part of a record that is compared: from the end of the learning period.

    Attributes
    ----------
    fs : float
        Samples per second of both annotators.
    length : int
        Length of the record in samples, or the last annotation of the reference.
    learning_s : float
        Seconds at its beginning that do not count. With another number than that of EC57 the
        results cannot be compared with published ones.
    length_known : bool
        Whether `length` is that of the record. If not, runs may end after it, as in rxr.
    """

    fs: float
    length: int
    learning_s: float = LEARNING_S
    length_known: bool = True

    @property
    def start(self) -> int:
        """First sample that counts."""
        return int(self.learning_s * self.fs + 0.5)

    @property
    def window(self) -> int:
        """Samples that matching beats may be apart."""
        return int(MATCH_WINDOW_S * self.fs + 0.5)

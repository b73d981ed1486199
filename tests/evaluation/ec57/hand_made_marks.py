"""Marks of an annotator from a line of text, for tests whose tables are worked out by hand."""

import numpy as np

from ecg_anomaly.evaluation.ec57.marks import Marks

#: Start of the compared part at 360 Hz.
START = 108_000


def make_marks(text: str, shift: int = START) -> Marks:
    """Make marks of words like ``100N``, ``500~-1`` (subtype) and ``600+(AFIB`` (note)."""
    sample, symbol, subtype, note = [], [], [], []
    for word in text.split():
        n = len(word) - len(word.lstrip("-0123456789"))
        code, rest = word[n], word[n + 1 :]
        sample.append(int(word[:n]) + shift)
        symbol.append(code)
        subtype.append(int(rest) if code == "~" and rest else 0)
        note.append(rest if code == "+" else "")
    return Marks(
        np.array(sample, dtype=np.int64),
        np.array(symbol, dtype="<U1"),
        np.array(subtype, dtype=np.int64),
        np.array(note, dtype=str),
    )

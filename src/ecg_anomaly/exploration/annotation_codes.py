"""Annotation codes in words (PhysioNet WFDB, ``ecgcodes.h``)."""

from collections import Counter
from typing import Any

import numpy as np

from ecg_anomaly.records.beat_labels import aami_class

MEANINGS = {
    "N": "normal beat",
    "L": "left bundle branch block beat",
    "R": "right bundle branch block beat",
    "B": "bundle branch block beat",
    "A": "atrial premature beat",
    "a": "aberrated atrial premature beat",
    "J": "nodal (junctional) premature beat",
    "S": "supraventricular premature beat",
    "V": "premature ventricular contraction",
    "r": "R-on-T premature ventricular contraction",
    "E": "ventricular escape beat",
    "e": "atrial escape beat",
    "j": "nodal (junctional) escape beat",
    "n": "supraventricular escape beat",
    "F": "fusion of ventricular and normal beat",
    "/": "paced beat",
    "f": "fusion of paced and normal beat",
    "Q": "unclassifiable beat",
    "?": "beat not classified during learning",
    "!": "ventricular flutter wave",
    "[": "start of ventricular flutter or fibrillation",
    "]": "end of ventricular flutter or fibrillation",
    "x": "blocked P wave",
    "+": "change of rhythm",
    "~": "change of signal quality",
    "|": "isolated artefact",
    '"': "comment",
}


def list_codes(counts: Counter[str], escape_beats: str = "S") -> list[dict[str, Any]]:
    """Table of the annotation codes that occur, most frequent first.

    Parameters
    ----------
    counts : Counter
        Occurrences of each code.
    escape_beats : {"S", "N"}
        Class of the escape beats ``e``, ``j`` and ``n``.

    Returns
    -------
    list of dict
        ``symbol``, ``meaning``, ``aami_class`` (``""`` where the code marks no beat), ``n``.
    """
    symbols = sorted(counts, key=lambda symbol: (-counts[symbol], symbol))
    classes = aami_class(np.array(symbols, dtype="<U8"), escape_beats)
    return [
        {
            "symbol": symbol,
            "meaning": MEANINGS.get(symbol, "other mark"),
            "aami_class": str(name),
            "n": counts[symbol],
        }
        for symbol, name in zip(symbols, classes, strict=True)
    ]

"""The table of beats that comes with each scored recording, as CSV: a row for each beat."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions

#: Columns of the table of beats.
COLUMNS = (
    "sample", "time_s", "score", "anomalous", "readable", "quality", "clipped", "rr_s", "reason",
    "class", "class_probability", "lead",
)  # fmt: skip

#: The first line.
HEAD = ",".join(COLUMNS) + "\n"

#: A row, for the fields in the order of `COLUMNS`: some are numbers yet, others texts.
_ROW = "%d,%.4f,%s,%s,%s,%.3f,%s,%s,%s,%s,%s,%s\n"

#: How the table writes False and True.
_WORDS = ("false", "true")

#: What makes a field need quotes.
_SPECIAL = re.compile('[,"\r\n]')


def format_beats(decisions: BeatDecisions) -> str:
    """Write a row of the table for each beat.

    Score, RR interval and probability are empty where they are NaN. A score is written with all
    its digits. The reason of a beat that cannot be read is why it cannot.

    Parameters
    ----------
    decisions : BeatDecisions

    Returns
    -------
    str
        Lines of CSV; ``""`` for no beat.

    Notes
    -----
    A day has a hundred thousand rows. They are written in a sixth of a second, of which the module
    ``csv`` would take as much again, while importing pandas alone takes longer.
    """
    unreadable = decisions.unreadable.tolist()
    reasons = zip(decisions.reason.tolist(), unreadable, strict=True)
    rows = zip(
        decisions.sample.tolist(),
        decisions.time_s.tolist(),
        _texts(decisions.score, repr),
        map(_WORDS.__getitem__, decisions.anomalous.tolist()),
        ["false" if why else "true" for why in unreadable],
        decisions.quality.tolist(),
        map(_WORDS.__getitem__, decisions.clipped.tolist()),
        _texts(decisions.rr_s, "%.4f".__mod__),
        _fields([reason or why for reason, why in reasons]),
        _fields(decisions.aami.tolist()),
        _texts(decisions.probability, "%.3f".__mod__),
        _fields(decisions.lead.tolist()),
        strict=True,
    )
    return "".join(map(_ROW.__mod__, rows))


def _texts(values: NDArray[np.floating[Any]], write: Callable[[float], str]) -> list[str]:
    return ["" if value != value else write(value) for value in values.tolist()]


def _fields(texts: list[str]) -> Iterator[str]:
    """Put texts into quotes where they need them; many are equal."""
    fields = {text: _quote(text) for text in set(texts)}
    return map(fields.__getitem__, texts)


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _SPECIAL.search(text) else text

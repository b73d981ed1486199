"""The beats of a recording as a CSV table."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions

COLUMNS = ("sample", "time_s", "score", "anomalous", "readable", "rr_s", "reason")
ROW = "%d,%.4f,%s,%s,%s,%s,%s\n"

#: Rows that are formatted at a time: a week is never text as a whole.
BLOCK_ROWS = 1 << 14

#: How a table says no and yes.
_WORDS = ("false", "true")


def format_beats(decisions: BeatDecisions) -> Iterator[str]:
    """Format a row per beat, the fields in the order of `COLUMNS`.

    Yields
    ------
    str
        Some rows. Score and RR interval are empty where there is none (NaN); a score can be read
        back to the same number. The reason of an unreadable beat is why it cannot be read.

    Notes
    -----
    A day is a hundred thousand rows: formatted by hand they take a fifth of a second, pandas
    takes longer to import.
    """
    for start in range(0, len(decisions.sample), BLOCK_ROWS):
        yield _format_rows(decisions, slice(start, start + BLOCK_ROWS))


def _format_rows(decisions: BeatDecisions, part: slice) -> str:
    unreadable = decisions.unreadable[part].tolist()
    reasons = zip(decisions.reason[part].tolist(), unreadable, strict=True)
    rows = zip(
        decisions.sample[part].tolist(),
        decisions.time_s[part].tolist(),
        _numbers(decisions.score[part], repr),
        map(_WORDS.__getitem__, decisions.anomalous[part].tolist()),
        ["false" if why else "true" for why in unreadable],
        _numbers(decisions.rr_s[part], "%.4f".__mod__),
        [_quote(said or why) if said or why else "" for said, why in reasons],
        strict=True,
    )
    return "".join(map(ROW.__mod__, rows))


def _numbers(values: NDArray[np.float64], say: Callable[[float], str]) -> list[str]:
    texts = list(map(say, values.tolist()))
    for row in np.flatnonzero(np.isnan(values)):
        texts[row] = ""
    return texts


def _quote(text: str) -> str:
    if "," in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text

"""The beats of a recording as a CSV table."""

from collections.abc import Iterable, Iterator

from ecg_anomaly.detector.decisions import BeatDecisions

COLUMNS = ("sample", "time_s", "score", "anomalous", "readable", "rr_s", "reason")
ROW = "%d,%.4f,%s,%s,%s,%s,%s\n"

#: Rows that are formatted at a time: a week is never text as a whole.
BLOCK_ROWS = 1 << 14


def format_beats(decisions: BeatDecisions) -> Iterator[str]:
    """Format a row per beat under `COLUMNS`.

    Yields
    ------
    str
        Some rows. Score and RR interval are empty where there is none; a score can be read back to
        the same number. The reason of an unreadable beat is why it cannot be read.

    Notes
    -----
    A day is a hundred thousand rows: formatted by hand they take a fifth of a second, pandas
    takes longer to import.
    """
    yield ",".join(COLUMNS) + "\n"
    for start in range(0, len(decisions.sample), BLOCK_ROWS):
        yield _format_rows(decisions, slice(start, start + BLOCK_ROWS))


def _format_rows(decisions: BeatDecisions, part: slice) -> str:
    unreadable = decisions.unreadable[part].tolist()
    rows = zip(
        decisions.sample[part].tolist(),
        decisions.time_s[part].tolist(),
        ("" if x != x else repr(x) for x in decisions.score[part].tolist()),
        _words(decisions.anomalous[part].tolist()),
        _words([not why for why in unreadable]),
        ("" if x != x else f"{x:.4f}" for x in decisions.rr_s[part].tolist()),
        (_quote(a or b) for a, b in zip(decisions.reason[part].tolist(), unreadable, strict=True)),
        strict=True,
    )
    return "".join([ROW % row for row in rows])


def _words(flags: list[bool]) -> Iterable[str]:
    return ("true" if flag else "false" for flag in flags)


def _quote(text: str) -> str:
    if "," in text or '"' in text or "\n" in text:
        return '"' + text.replace('"', '""') + '"'
    return text

"""The tables of fibrillation episodes, as epicmp and sumstats print them (EC57:2012, table A.8)."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ecg_anomaly.evaluation.ec57.episode_comparison import EpisodeComparison
from ecg_anomaly.evaluation.ec57.line_table import (
    Row,
    closing,
    join_lines,
    read_count,
    read_share,
    round_up,
)
from ecg_anomaly.evaluation.ec57.ratio import Ratio, format_number, mean_defined

#: Columns of numbers and, in the JSON only, of the overlap; attributes of `EpisodeComparison`.
_NUMBERS = {"TPs": "found", "FN": "missed", "TPp": "true", "FP": "false"}
_SECONDS = {"overlap_s": "overlap_s", "Ref duration": "reference_s", "Test duration": "test_s"}
_COLUMNS = _NUMBERS | _SECONDS

_SHARES = ("ESe", "E+P", "DSe", "D+P")
_RULE, _GROSS_COLUMN = 72, 27


@dataclass(frozen=True)
class EpisodeTable:
    """The table of a kind of episodes.

    Attributes
    ----------
    kind : str
        ``AF`` or ``VF``.
    """

    kind: str

    def make_row(self, record: str, compared: EpisodeComparison) -> Row:
        """Make the line of a record; durations are in seconds."""
        values = asdict(compared)
        return _complete(record, {name: values[of] for name, of in _COLUMNS.items()})

    def format_row(self, row: Row) -> str:
        """Print a line."""
        numbers = "".join(f" {row[name]:4d}" for name in _NUMBERS)
        times = (
            format_duration(read_count(row, name)) for name in ("Ref duration", "Test duration")
        )
        first, second = (f"{time:>14}" for time in times)
        shares = _format_shares(round_up(row, _SHARES))
        return f"{row['Record']:>6}{numbers} {shares}{first} {second}"

    def format_table(self, rows: Sequence[Row]) -> str:
        """Print the table of several records."""
        heading = (
            f"({self.kind} detection)",
            "Record  TPs   FN  TPp   FP  ESe E+P DSe D+P  Ref duration  Test duration ",
        )
        return join_lines([*heading, *map(self.format_row, rows)])

    def sum_rows(self, rows: Sequence[Row]) -> Row:
        """Add up records and compute the gross shares."""
        return _complete(
            "Gross", {name: sum(read_count(r, name) for r in rows) for name in _COLUMNS}
        )

    def _sum_printed(self, rows: Sequence[Row]) -> Row:
        """Add up the printed values, like sumstats.

        It computes the overlap from the rounded percentage of the longer of the two durations.
        """
        sums = dict(self.sum_rows(rows))
        for column in ("Ref duration", "Test duration"):
            sums[column] = sum(_milliseconds(read_count(row, column)) for row in rows) / 1000
        overlap = sum(map(_printed_overlap, rows))
        for name, column in (("DSe", "Ref duration"), ("D+P", "Test duration")):
            sums[name] = Ratio(overlap, read_count(sums, column)).percent
        return sums

    def average_rows(self, rows: Sequence[Row]) -> Row:
        """Average each share over the records in which it is defined."""
        shares = {name: mean_defined(read_share(row, name) for row in rows) for name in _SHARES}
        return {"Record": "Average"} | shares

    def _average_printed(self, rows: Sequence[Row]) -> Row:
        """Average like sumstats: of episodes by their counts, of durations by printed percents."""
        average = dict(self.average_rows(rows))
        for name in ("DSe", "D+P"):
            percents = (round_up(row, [name])[name] for row in rows)
            mean = mean_defined(None if value is None else value / 100 for value in percents)
            average[name] = None if mean is None else 100 * mean
        return average

    def format_sumstats(self, rows: Sequence[Row]) -> str:
        """Print the table and its summary, as sumstats does."""
        sums = self._sum_printed(rows)
        numbers = "".join(f" {sums[name]:4d}" for name in list(_NUMBERS)[1:])
        times = (
            format_duration(read_count(sums, name)) for name in ("Ref duration", "Test duration")
        )
        first, second = ("0:00.000" if time == "0.000" else time for time in times)
        lines = [
            "_" * _RULE,
            f"Sum  {sums['TPs']:6d}{numbers}{first:>31}{second:>15}",
            "Gross".ljust(_GROSS_COLUMN) + _format_shares(sums),
            "Average".ljust(_GROSS_COLUMN) + _format_shares(self._average_printed(rows)),
        ]
        return self.format_table(rows) + join_lines([*lines, *closing(rows)])


def _complete(record: str, counts: dict[str, float]) -> Row:
    """Add the shares of a line: of episodes and of durations."""
    overlap = counts["overlap_s"]
    ratios = (
        Ratio(counts["TPs"], counts["TPs"] + counts["FN"]),
        Ratio(counts["TPp"], counts["TPp"] + counts["FP"]),
        Ratio(overlap, counts["Ref duration"]),
        Ratio(overlap, counts["Test duration"]),
    )
    shares = {name: ratio.percent for name, ratio in zip(_SHARES, ratios, strict=True)}
    return {"Record": record} | counts | shares


def _format_shares(row: Row) -> str:
    return "".join(format_number(" %3.0f", read_share(row, name)) for name in _SHARES)


def _printed_overlap(row: Row) -> float:
    """Seconds of overlap, computed from the values of a printed line."""
    of = {name: _milliseconds(read_count(row, name)) for name in ("Ref duration", "Test duration")}
    longer = of["Ref duration"] > of["Test duration"]
    name, column = ("DSe", "Ref duration") if longer else ("D+P", "Test duration")
    return of[column] * (round_up(row, [name])[name] or 0) / 1e5


def format_duration(seconds: float) -> str:
    """Print a duration as the programs do.

    Examples
    --------
    >>> format_duration(0), format_duration(50.142), format_duration(6471.301)
    ('0.000', '0:50.142', '1:47:51.301')
    """
    milliseconds = _milliseconds(seconds)
    if not milliseconds:
        return "0.000"
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes:02d}:{rest / 1000:06.3f}" if hours else f"{minutes}:{rest / 1000:06.3f}"
    return f"{hours}:{text}" if hours else text


def _milliseconds(seconds: float) -> int:
    return math.floor(seconds * 1000 + 0.5)


AF_EPISODES, VF_EPISODES = EpisodeTable("AF"), EpisodeTable("VF")

"""Tables with a line per record, as bxb and rxr print them, and the summary that sumstats adds.

Counts are added up over records. A share is computed for each record, from the sums (*gross*) and
as a mean over the records in which it is defined (*average*): EC57:2012, 4.2.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ecg_anomaly.evaluation.ec57.ratio import Ratio, format_number, mean_defined

#: Values of one line by column; None where a share is undefined.
Row = Mapping[str, float | str | None]


@dataclass(frozen=True)
class Share:
    """A column that is a share of counts.

    Attributes
    ----------
    hits, of : str
        The columns whose counts are added up for the numerator and the denominator, with blanks
        between them.
    template : str
        How a percentage is printed.
    """

    hits: str
    of: str
    template: str = " %6.2f"

    def compute(self, row: Row) -> float | None:
        """Compute the share in percent from the counts of a line."""
        return Ratio(add_columns(row, self.hits), add_columns(row, self.of)).percent


@dataclass(frozen=True)
class LineTable:
    """A table of counts and of their shares.

    Attributes
    ----------
    heading : tuple of str
        Lines above the first record.
    counts : mapping of str to str
        Columns of counts, and how each is printed.
    shares : mapping of str to Share
        Columns that follow the counts.
    measures : tuple of str
        Columns after the shares that are not computed from counts; they have an average, no sum.
    totals : mapping of str to str
        Totals below the summary: the name of each, and the columns that are added up for it.
    name_template, sum_template : str
        How the name of a record and the word ``Sum`` are printed.
    gross_column : int
        Where the shares of the summary begin.
    rule_length : int
        Length of the line between records and summary.
    whole_percent : bool
        Whether the shares of a record are rounded to whole numbers, halves up, as rxr does;
        sumstats rounds halves to even.
    """

    heading: tuple[str, ...]
    counts: Mapping[str, str]
    shares: Mapping[str, Share]
    measures: tuple[str, ...]
    totals: Mapping[str, str]
    name_template: str
    sum_template: str
    gross_column: int
    rule_length: int
    whole_percent: bool = False

    def make_row(self, record: str, counts: Mapping[str, float]) -> Row:
        """Make the line of a record from its counts."""
        row: dict[str, float | str | None] = {"Record": record}
        row.update({name: counts[name] for name in self.counts})
        return row | {name: share.compute(row) for name, share in self.shares.items()}

    def sum_rows(self, rows: Iterable[Row]) -> Row:
        """Add up the counts of records and compute the gross shares."""
        rows = list(rows)
        sums = {name: sum(read_count(row, name) for row in rows) for name in self.counts}
        return self.make_row("Gross", sums)

    def average_rows(self, rows: Iterable[Row]) -> Row:
        """Average each share over the records in which it is defined.

        Like sumstats this starts from the printed lines: shares are computed again from their
        counts, and a measure is rounded to two decimals.
        """
        rows = list(rows)
        average: dict[str, float | str | None] = {"Record": "Average"}
        for name, column in self.shares.items():
            average[name] = mean_defined(column.compute(row) for row in rows)
        for name in self.measures:
            average[name] = mean_defined(_round(read_share(row, name)) for row in rows)
        return average

    def format_row(self, row: Row) -> str:
        """Print a line."""
        counts = "".join(form % row[name] for name, form in self.counts.items())
        shown = row if not self.whole_percent else {**row, **round_up(row, self.shares)}
        return self.name_template % row["Record"] + counts + self.format_shares(shown)

    def format_shares(self, row: Row) -> str:
        """Print the shares and the measures of a line; the gross line has no measures."""
        shares = (format_number(s.template, read_share(row, n)) for n, s in self.shares.items())
        measures = (_format_measure(read_share(row, name)) for name in self.measures if name in row)
        return "".join((*shares, *measures))

    def format_summary(self, rows: Sequence[Row]) -> list[str]:
        """Print what follows the records: sums, gross and average shares, totals."""
        gross, average = self.sum_rows(rows), self.average_rows(rows)
        (first, _), *others = self.counts.items()
        totals = [f"Total {what}: {add_columns(gross, of):.0f}" for what, of in self.totals.items()]
        return [
            "_" * self.rule_length,
            self.sum_template % gross[first] + "".join(form % gross[n] for n, form in others),
            "Gross".ljust(self.gross_column) + self.format_shares(gross),
            "Average".ljust(self.gross_column) + self.format_shares(average),
            *(["  ".join(totals)] if totals else []),
        ]

    def format_table(self, rows: Sequence[Row]) -> str:
        """Print the table of several records, as the programs append it to a file."""
        return join_lines([*self.heading, *map(self.format_row, rows)])

    def format_sumstats(self, rows: Sequence[Row]) -> str:
        """Print the table and its summary, as the program sumstats does."""
        return self.format_table(rows) + join_lines([*self.format_summary(rows), *closing(rows)])


def _format_measure(value: float | None) -> str:
    return "     -" if value is None else f" {value:6.2f}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def closing(rows: Sequence[Row]) -> list[str]:
    """Print the last lines of a summary."""
    plural = "" if len(rows) == 1 else "s"
    return ["", f"Summary of results from {len(rows)} record{plural}"]


def round_up(row: Row, names: Iterable[str]) -> dict[str, float | None]:
    """Round shares of a line to whole numbers, halves up.

    Examples
    --------
    >>> round_up({"CSe": 12.5, "C+P": None}, ["CSe", "C+P"])
    {'CSe': 13, 'C+P': None}
    """
    shares = {name: read_share(row, name) for name in names}
    return {n: None if value is None else math.floor(value + 0.5) for n, value in shares.items()}


def join_lines(lines: Iterable[str]) -> str:
    """Join lines, each with its line end."""
    return "".join(f"{line}\n" for line in lines)


def read_count(row: Row, name: str) -> float:
    """Return a count of a line."""
    value = row[name]
    assert isinstance(value, int | float)
    return value


def read_share(row: Row, name: str) -> float | None:
    """Return a share of a line, None where it is undefined."""
    value = row[name]
    assert not isinstance(value, str)
    return value


def add_columns(row: Row, names: str) -> float:
    """Add up the counts of several columns.

    Examples
    --------
    >>> add_columns({"Nn'": 3, "Vn'": 1}, "Nn' Vn'")
    4
    """
    return sum(read_count(row, name) for name in names.split())

"""The tables of beats missed in shutdown, while the test annotator could not read the signal.

They are printed as bxb and sumstats do (EC57:2012, table A.3). The numbers after the seconds are
those of the beats of the reference: N, S, V, F, Q.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison
from ecg_anomaly.evaluation.ec57.line_table import Row, closing, join_lines, read_count, read_share
from ecg_anomaly.evaluation.ec57.ratio import Ratio, format_number, mean_defined

ALL_BEATS = "NSVFQ"


@dataclass(frozen=True)
class ShutdownTable:
    """The table of beats missed in shutdown, with supraventricular beats as N or by themselves.

    Attributes
    ----------
    heading : tuple of str
        Lines above the first record.
    classes : str
        Classes whose missed beats have a column.
    rule_length : int
        Length of the line between records and summary.
    first : str
        How the word ``Sum`` and the first sum are printed.
    seconds : str
        How the sum of the seconds is printed.
    has_shares : bool
        Whether sumstats prints gross and average shares.
    """

    heading: tuple[str, ...]
    classes: str
    rule_length: int
    first: str
    seconds: str
    has_shares: bool

    def make_row(self, record: str, compared: BeatComparison) -> Row:
        """Make the line of a record."""
        row: dict[str, float | str | None] = {"Record": record, "seconds": compared.shutdown_s}
        for label in ALL_BEATS:
            rows = self._merged(label)
            row[f"{label}x"] = compared.sum(rows, "x")
            row[f"{label} beats"] = compared.sum(rows, "nsvfqox")
        return row | _compute_shares(row, self.classes)

    def _merged(self, label: str) -> str:
        """Return the classes that count as `label`: where the table has no S, N includes it."""
        if "S" in self.classes:
            return label
        return {"N": "NS", "S": ""}.get(label, label)

    def format_row(self, row: Row) -> str:
        """Print a line."""
        missed = "".join(f" {row[label + 'x']:4d}" for label in self.classes + "Q")
        beats = "".join(f" {row[label + ' beats']}" for label in ALL_BEATS)
        shares = self._format_shares(_compute_shares(row, self.classes, as_wfdb=True))
        return f"{row['Record']:>4}{missed}  {shares} {row['seconds']:4d} seconds{beats}"

    def _format_shares(self, row: Row) -> str:
        return "".join(
            format_number(" %6.2f", read_share(row, name)) for name in self._share_names()
        )

    def _share_names(self) -> list[str]:
        return ["% beats missed", *(f"% {label} missed" for label in self.classes)]

    def format_table(self, rows: Sequence[Row]) -> str:
        """Print the table of several records."""
        return join_lines([*self.heading, *map(self.format_row, rows)])

    def sum_rows(self, rows: Sequence[Row], as_wfdb: bool = False) -> Row:
        """Add up records.

        Parameters
        ----------
        rows : sequence of Row
            Lines of the records.
        as_wfdb : bool
            Count every beat of the reference twice, as sumstats does in this table; its shares are
            half of the true ones.
        """
        names = [label + what for label in ALL_BEATS for what in ("x", " beats")]
        sums = {name: sum(read_count(row, name) for row in rows) for name in (*names, "seconds")}
        if as_wfdb:
            sums |= {name: 2 * count for name, count in sums.items() if name.endswith(" beats")}
        return {"Record": "Gross"} | sums | _compute_shares(sums, self.classes)

    def average_rows(self, rows: Sequence[Row]) -> Row:
        """Average each share over the records in which it is defined."""
        names = self._share_names()
        return {"Record": "Average"} | {
            n: mean_defined(read_share(r, n) for r in rows) for n in names
        }

    def format_sumstats(self, rows: Sequence[Row]) -> str:
        """Print the table and its summary, as sumstats does."""
        sums = self.sum_rows(rows, as_wfdb=True)
        others = "".join(f" {sums[label + 'x']:4d}" for label in self.classes[1:] + "Q")
        lines = [
            "_" * self.rule_length,
            self.first % sums["Nx"] + others + self.seconds % sums["seconds"] + " seconds",
        ]
        counted = rows
        if self.has_shares:
            counted = [row for row in rows if row["% beats missed"] is not None]
            lines.append("Gross".ljust(25) + self._format_shares(sums))
            lines.append("Average".ljust(25) + self._format_shares(self.average_rows(rows)))
        return self.format_table(rows) + join_lines([*lines, *closing(counted)])


def _compute_shares(row: Row, classes: str, as_wfdb: bool = False) -> dict[str, float | None]:
    """Compute the percentages of beats missed in shutdown from the counts of a line.

    Parameters
    ----------
    row : Row
        Counts of missed beats and of all beats.
    classes : str
        Classes that have a share of their own.
    as_wfdb : bool
        Leave S out of the missed beats, as bxb does, though not out of the number of all beats.
    """
    counted = ALL_BEATS.replace("S", "") if as_wfdb else ALL_BEATS
    missed = sum(read_count(row, f"{label}x") for label in counted)
    beats = sum(read_count(row, f"{label} beats") for label in ALL_BEATS)
    shares = {"% beats missed": Ratio(missed, beats).percent}
    for label in classes:
        ratio = Ratio(read_count(row, f"{label}x"), read_count(row, f"{label} beats"))
        shares[f"% {label} missed"] = ratio.percent
    return shares


#: Supraventricular beats count as normal.
SHUTDOWN = ShutdownTable(
    heading=(
        "Record Nx   Vx   Fx   Qx  % beats  % N    % V    % F   Total Shutdown",
        "                           missed missed missed missed      Time",
    ),
    classes="NVF",
    rule_length=68,
    first="Sum %6d",
    seconds=f"{'':31}%4d",
    has_shares=True,
)

#: Supraventricular beats are a class of their own.
SHUTDOWN_WITH_SVEB = ShutdownTable(
    heading=(
        "Record Nx   Sx   Vx   Fx   Qx  % beats  % N    % S    % V    % F   Total Shutdown",
        "                                missed missed missed missed missed      Time",
    ),
    classes="NSVF",
    rule_length=72,
    first="Sum %5d",
    seconds=f"{'':38}%4d",
    has_shares=False,
)

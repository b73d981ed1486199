"""The report of a comparison by EC57: its tables as text and as rows, and a summary."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ecg_anomaly.evaluation.ec57.beat_tables import (
    BEATS,
    BEATS_WITH_SVEB,
    beat_row,
    beat_row_with_sveb,
    format_matrix,
)
from ecg_anomaly.evaluation.ec57.episode_tables import AF_EPISODES, VF_EPISODES, EpisodeTable
from ecg_anomaly.evaluation.ec57.line_table import LineTable, Row
from ecg_anomaly.evaluation.ec57.record_comparison import RecordComparison
from ecg_anomaly.evaluation.ec57.run_tables import (
    SUPRAVENTRICULAR_RUNS,
    VENTRICULAR_RUNS,
    run_row,
)
from ecg_anomaly.evaluation.ec57.shutdown_tables import (
    SHUTDOWN,
    SHUTDOWN_WITH_SVEB,
    ShutdownTable,
)

#: The tables, by the ending of their files: the WFDB program, its subject and its format.
TABLES: Mapping[str, LineTable | ShutdownTable | EpisodeTable] = {
    "bxb.line": BEATS,
    "bxb.shutdown": SHUTDOWN,
    "bxb.sveb.line": BEATS_WITH_SVEB,
    "bxb.sveb.shutdown": SHUTDOWN_WITH_SVEB,
    "rxr.v.line": VENTRICULAR_RUNS,
    "rxr.s.line": SUPRAVENTRICULAR_RUNS,
    "epicmp.af.line": AF_EPISODES,
    "epicmp.vf.line": VF_EPISODES,
}

#: Those that together hold every result once.
REPORTED = tuple(name for name in TABLES if name not in ("bxb.line", "bxb.shutdown"))

#: Those of them that need no rhythms.
BEATS_AND_RUNS = tuple(name for name in REPORTED if not name.startswith("epicmp"))

#: Rows of the summary: the table of each, and its columns of sensitivity and +P.
_SUMMARY = {
    "QRS": ("bxb.sveb.line", "Q Se", "Q +P"),
    "VEB": ("bxb.sveb.line", "V Se", "V +P"),
    "SVEB": ("bxb.sveb.line", "S Se", "S +P"),
    "V couplets": ("rxr.v.line", "CSe", "C+P"),
    "V short runs": ("rxr.v.line", "SSe", "S+P"),
    "V long runs": ("rxr.v.line", "LSe", "L+P"),
    "SV couplets": ("rxr.s.line", "CSe", "C+P"),
    "SV short runs": ("rxr.s.line", "SSe", "S+P"),
    "SV long runs": ("rxr.s.line", "LSe", "L+P"),
    "AF episodes": ("epicmp.af.line", "ESe", "E+P"),
    "AF duration": ("epicmp.af.line", "DSe", "D+P"),
    "VF episodes": ("epicmp.vf.line", "ESe", "E+P"),
    "VF duration": ("epicmp.vf.line", "DSe", "D+P"),
}


@dataclass(frozen=True)
class Ec57Report:
    """The comparison of a test annotator with the reference over records.

    Attributes
    ----------
    reference, test : str
        Names of the annotators.
    records : sequence of RecordComparison
        In the order of the tables.
    """

    reference: str
    test: str
    records: Sequence[RecordComparison]

    def make_rows(self) -> dict[str, list[Row]]:
        """Make the lines of all tables, as `pandas.DataFrame` takes them, shares in percent.

        Returns
        -------
        dict of str to list of dict
            By name of the table, as in `TABLES`; an undefined share is None.
        """
        rows: dict[str, list[Row]] = {name: [] for name in TABLES}
        for compared in self.records:
            name = compared.record
            rows["bxb.line"].append(beat_row(name, compared.beats))
            rows["bxb.shutdown"].append(SHUTDOWN.make_row(name, compared.beats))
            rows["bxb.sveb.line"].append(beat_row_with_sveb(name, compared.beats))
            rows["bxb.sveb.shutdown"].append(SHUTDOWN_WITH_SVEB.make_row(name, compared.beats))
            rows["rxr.v.line"].append(run_row(name, compared.ventricular_runs, VENTRICULAR_RUNS))
            rows["rxr.s.line"].append(
                run_row(name, compared.supraventricular_runs, SUPRAVENTRICULAR_RUNS)
            )
            rows["epicmp.af.line"].append(AF_EPISODES.make_row(name, compared.atrial_fibrillation))
            rows["epicmp.vf.line"].append(
                VF_EPISODES.make_row(name, compared.ventricular_fibrillation)
            )
        return rows

    def format_files(self) -> dict[str, str]:
        """Print what WFDB's programs print, to the character.

        Returns
        -------
        dict of str to str
            Text by file name: the test annotator, the table, and ``.sumstats`` where the summary
            follows.
        """
        files = {f"{self.test}.bxb.standard": self._format_matrices()}
        for name, rows in self.make_rows().items():
            files[f"{self.test}.{name}"] = TABLES[name].format_table(rows)
            files[f"{self.test}.{name}.sumstats"] = TABLES[name].format_sumstats(rows)
        return files

    def _format_matrices(self) -> str:
        return "".join(
            format_matrix(compared.record, self.reference, self.test, compared.beats)
            for compared in self.records
        )

    def format_report(self, tables: Sequence[str] = REPORTED) -> str:
        """Print tables with their summaries; by default those that hold every result once."""
        rows = self.make_rows()
        return "\n".join(TABLES[name].format_sumstats(rows[name]) for name in tables)

    def summarise(self) -> dict[str, dict[str, float | None]]:
        """Sensitivity and positive predictivity of beats, runs and episodes, in percent.

        Returns
        -------
        dict of str to dict
            For each row, such as ``VEB``: ``sensitivity_gross``, ``predictivity_gross``,
            ``sensitivity_average`` and ``predictivity_average``; None where undefined. For SVEB
            they are those of sumstats: a fusion beat called S is no error.
        """
        rows = self.make_rows()
        gross = {name: TABLES[name].sum_rows(rows[name]) for name in TABLES}
        average = {name: TABLES[name].average_rows(rows[name]) for name in TABLES}
        return {
            what: {
                "sensitivity_gross": _number(gross[table], se),
                "predictivity_gross": _number(gross[table], predictivity),
                "sensitivity_average": _number(average[table], se),
                "predictivity_average": _number(average[table], predictivity),
            }
            for what, (table, se, predictivity) in _SUMMARY.items()
        }

    def to_json(self) -> dict[str, Any]:
        """Make the content of the JSON file: annotators, summary, and tables line by line."""
        return {
            "reference": self.reference,
            "test": self.test,
            "records": len(self.records),
            "summary": self.summarise(),
            "tables": self.make_rows(),
        }

    def format_summary(self) -> str:
        """Print the summary as a short table for people."""
        beats = sum(compared.beats.sum("NSVFQ", "nsvfqox") for compared in self.records)
        lines = [
            f"{self.test} against {self.reference}: {len(self.records)} records, {beats} beats",
            f"{'':16}{'gross Se':>9}{'+P':>8}{'average Se':>13}{'+P':>8}",
        ]
        for what, shares in self.summarise().items():
            texts = ["-" if value is None else f"{value:.2f}" for value in shares.values()]
            if set(texts) != {"-"}:
                lines.append(f"{what:16}{texts[0]:>9}{texts[1]:>8}{texts[2]:>13}{texts[3]:>8}")
        return "\n".join(lines)


def _number(row: Row, name: str) -> float | None:
    value = row[name]
    assert not isinstance(value, str)
    return value

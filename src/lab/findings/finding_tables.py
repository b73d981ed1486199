"""Write the counts of findings, and those that are wrong, as tables in Markdown."""

from collections.abc import Mapping

from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from lab.findings.finding_counts import FALSE, VF, FindingCounts

#: Databases that are measured, and their names in the table.
DATABASES = {"cudb": "Creighton", "mitdb": "MIT-BIH", "qtdb": "QT Database"}


def tabulate_findings(counts: dict[str, FindingCounts], report: Ec57Report) -> str:
    """Write the counts of each database, and the report of MIT-BIH, as Markdown."""
    lines = ["| | " + " | ".join(DATABASES[name] for name in counts) + " |"]
    lines.append("|---|" + "---:|" * len(counts))
    columns = [dict(of.list_rows()) for of in counts.values()]
    for row in dict.fromkeys(name for column in columns for name in column):
        cells = " | ".join(column.get(row, "–") for column in columns)
        lines.append(f"| {row} | {cells} |")
    lines += ["", list_outside(counts), "", list_pauses(counts), ""]
    return "\n".join([*lines, "```", report.format_summary(), "```"])


def list_outside(counts: Mapping[str, FindingCounts]) -> str:
    """List fibrillation outside of episodes, and what else is false, as a table in Markdown."""
    lines = ["| finding outside of episodes | record | from | to (s) | verdict |"]
    lines.append("|---|---|---:|---:|---|")
    for row in (row for of in counts.values() for row in of.outside):
        if row.kind == VF or row.verdict == FALSE:
            kind = row.kind.replace("_", " ")
            spans = f"{row.start_s:.1f} | {row.end_s:.1f}"
            lines.append(f"| {kind} | {row.record} | {spans} | {row.verdict} |")
    return "\n".join(lines)


def list_pauses(counts: Mapping[str, FindingCounts]) -> str:
    """List in which records pauses are missed, and said wrongly, as a table in Markdown."""
    lines = ["| pauses | of records |", "|---|---|"]
    for name, of in counts.items():
        for verdict, records in (("missed", of.pauses_missed), ("wrong", of.pauses_wrong)):
            if said := ", ".join(f"{record} {n}" for record, n in records.most_common() if n):
                lines.append(f"| {verdict}, {name} | {said} |")
    return "\n".join(lines)

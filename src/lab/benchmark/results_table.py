"""The results table of docs/benchmarks.md, written from the benchmark files."""

from pathlib import Path
from typing import Any

from ecg_anomaly.files.atomic import read_json
from lab.doc_pages import write_between

#: The table stands between these two lines of the page.
BEGIN = "<!-- results: written by python -m lab.benchmark -->"
END = "<!-- end of results -->"

HEADER = (
    "| protocol | detector | AUC | average precision | AUC, mean over records | F1 abnormal "
    "| VEB F1 | SVEB F1 | false alarms |\n|---|---|---|---|---|---|---|---|---|"
)

#: Order of the protocols in the table.
ORDER = ("inter_patient", "beatgan", "ecg5000")


def update_results(page: Path, folder: Path) -> None:
    """Write the table of the benchmark files of a folder between the two marks of a page."""
    write_between(page, BEGIN, END, lambda: render_table(folder))


def render_table(folder: Path) -> str:
    """Render the table of every benchmark file of a folder."""
    rows = [HEADER]
    for protocol in ORDER:
        path = folder / f"{protocol}.json"
        if path.is_file():
            rows += _protocol_rows(read_json(path))
    return "\n".join(rows)


def _protocol_rows(content: dict[str, Any]) -> list[str]:
    rows = []
    for row in content["detectors"]:
        over = row.get("over", f"{len(row['seeds'])} seeds")
        name = f"**{row['name']}** ({row['model']}){_fold(row)}"
        rule, means = row["threshold"], row["over_seeds"]
        rows.append(_row(content, f"{name}, mean ± sd of {over}", means, rule, {}))
        intervals = {r["figure"]: r for r in row["ensemble"]["detail"]["intervals"]}
        rows.append(_row(content, f"{name}, ensemble", row["ensemble"], rule, intervals))
    for row in content["baselines"]:
        rule = next(iter(row["reference_positions"]["decisions"]))
        rows.append(_row(content, f"{row['name']}{_fold(row)}", row, rule, {}))
    return rows


def _fold(row: dict[str, Any]) -> str:
    return f", {row['fold']}" if "fold" in row else ""


def _row(
    content: dict[str, Any], name: str, row: dict[str, Any], rule: str, intervals: dict[str, Any]
) -> str:
    metrics = row["reference_positions"]
    decisions = metrics["decisions"][rule]
    cells = [
        content["protocol"],
        name,
        _cell(metrics["auroc"], intervals.get("auroc")),
        _cell(metrics["average_precision"], intervals.get("average_precision")),
        _cell(metrics.get("mean_over_records", {}).get("auroc")),
        _cell(decisions["f1"], intervals.get("f1")),
        _cell(decisions.get("veb", {}).get("f1")),
        _cell(decisions.get("sveb", {}).get("f1")),
        _cell(decisions["false_alarm_rate"].get("realised")),
    ]
    return f"| {' | '.join(cells)} |"


def _cell(value: Any, interval: dict[str, Any] | None = None) -> str:
    """Write a figure with its spread over seeds, or with its interval over people."""
    if isinstance(value, dict):
        spread = f" ± {value['sd']:.3f}" if value.get("sd") is not None else ""
        return f"{value['mean']:.3f}{spread}"
    if value is None:
        return "-"
    if interval is None or interval["low"] is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"

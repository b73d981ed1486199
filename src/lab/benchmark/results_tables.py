"""Render the results of protocols as tables in docs/."""

from pathlib import Path
from typing import Any

from ecg_anomaly.files.data_files import read_json
from lab.doc_pages import write_between

#: The table stands between these two lines of the page.
RESULTS_BEGIN = "<!-- results: written by python -m lab.benchmark -->"
RESULTS_END = "<!-- end of results -->"

RESULTS_HEADER = (
    "| protocol | detector | AUC | average precision | AUC, mean over records | F1 abnormal "
    "| VEB F1 | SVEB F1 | false alarms |\n|---|---|---|---|---|---|---|---|---|"
)

#: Order of the protocols in the table.
ORDER = (
    "inter_patient", "inter_patient_cohort", "leave_one_database_out", "cross_validated", "beatgan",
    "ecg5000",
)  # fmt: skip

ABLATION_HEADER = (
    "| | AUC | against the full one | AP | against the full one | AUC, mean over records |\n"
    "|---|---|---|---|---|---|"
)

#: The table stands between these two lines of the page.
SIZES_BEGIN = "<!-- sizes: written by python -m lab.benchmark -->"
SIZES_END = "<!-- end of sizes -->"

SIZES_HEADER = (
    "| | AUC of one network | AP | AUC, mean over records | AUC of all seeds together | AP |\n"
    "|---|---|---|---|---|---|"
)


def update_results(page: Path, folder: Path) -> None:
    """Write the table of the benchmark files of a folder between the two marks of a page."""
    write_between(page, RESULTS_BEGIN, RESULTS_END, lambda: render_table(folder))


def render_table(folder: Path) -> str:
    """Render the table of every benchmark file of a folder."""
    rows = [RESULTS_HEADER]
    for protocol in ORDER:
        path = folder / f"{protocol}.json"
        if path.is_file():
            rows += render_protocol(read_json(path))
    return "\n".join(rows)


def render_protocol(content: dict[str, Any]) -> list[str]:
    """Render the rows of one protocol under `RESULTS_HEADER`."""
    rows = []
    for condition in content.get("conditions", ["reference_positions"]):
        rows += _condition_rows(content, condition)
    return rows


def _condition_rows(content: dict[str, Any], condition: str) -> list[str]:
    """One condition's rows; intervals are known of the first condition alone."""
    rows, first = [], condition == content.get("conditions", [condition])[0]
    said = "" if len(content.get("conditions", [])) < 2 else f", {condition.replace('_', ' ')}"
    for row in content["detectors"]:
        over = row.get("over", f"{len(row['seeds'])} seeds")
        name = f"**{row['name']}** ({row['model']}){_fold(row)}{said}"
        rule, means = row["threshold"], row["over_seeds"]
        label = f"{name}, mean ± sd of {over}"
        rows.append(_results_row(content["protocol"], label, means[condition], rule, {}))
        whole = row["ensemble"]
        intervals = {r["figure"]: r for r in whole["detail"]["intervals"]} if first else {}
        label = f"{name}, ensemble"
        rows.append(_results_row(content["protocol"], label, whole[condition], rule, intervals))
    for row in content["baselines"]:
        rule, label = next(iter(row[condition]["decisions"])), f"{row['name']}{_fold(row)}{said}"
        rows.append(_results_row(content["protocol"], label, row[condition], rule, {}))
    return rows


def _fold(row: dict[str, Any]) -> str:
    return f", {row['fold']}" if "fold" in row else ""


def _results_row(
    protocol: str, name: str, metrics: dict[str, Any], rule: str, intervals: dict[str, Any]
) -> str:
    decisions = metrics["decisions"][rule]
    cells = [
        protocol,
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
    """Write a metric with its spread over seeds, or with its interval over subjects."""
    if isinstance(value, dict):
        spread = f" ± {value['sd']:.3f}" if value.get("sd") is not None else ""
        return f"{value['mean']:.3f}{spread}"
    if value is None:
        return "-"
    if interval is None or interval["low"] is None:
        return f"{value:.3f}"
    return f"{value:.3f} [{interval['low']:.3f}, {interval['high']:.3f}]"


def ablation_marks(protocol: str) -> tuple[str, str]:
    """Return the two lines of a page between which the table of an ablation stands."""
    return f"<!-- {protocol}: written by python -m lab.benchmark -->", f"<!-- end of {protocol} -->"


def update_ablation_table(page: Path, folder: Path, protocol: str = "ablation") -> None:
    """Write the table of a protocol between its two marks."""
    write_between(
        page,
        *ablation_marks(protocol),
        lambda: render_ablation(read_json(folder / f"{protocol}.json")),
    )


def render_ablation(content: dict[str, Any]) -> str:
    """Render a row per variant; the first one is the full detector."""
    rows = [
        _ablation_row(variant, full=place == 0) for place, variant in enumerate(content["variants"])
    ]
    return "\n".join([ABLATION_HEADER, *rows])


def _ablation_row(variant: dict[str, Any], full: bool) -> str:
    cells = ["the full detector" if full else variant["name"]]
    for metric in ("auroc", "average_precision"):
        cells += [describe_number(variant[metric]), "" if full else _change(variant, metric)]
    return f"| {' | '.join([*cells, describe_number(variant['mean_over_records']['auroc'])])} |"


def _change(variant: dict[str, Any], metric: str) -> str:
    change = variant["against_full"][metric]
    if change["difference"] is None:
        return "-"
    interval = (
        f" [{change['low']:+.3f}, {change['high']:+.3f}]" if change["low"] is not None else ""
    )
    return f"{change['difference']:+.3f}{interval}"


def describe_number(value: float | None) -> str:
    """Say a metric in three digits, and one that is not there as a dash."""
    return "-" if value is None else f"{value:.3f}"


def update_size_table(page: Path, folder: Path) -> None:
    """Write the table between its two marks."""
    write_between(
        page, SIZES_BEGIN, SIZES_END, lambda: render_sizes(read_json(folder / "sizes.json"))
    )


def render_sizes(content: dict[str, Any]) -> str:
    """Render a row per variant; the first one is the default."""
    rows = [_size_row(row, default=place == 0) for place, row in enumerate(content["sizes"])]
    return "\n".join([SIZES_HEADER, *rows])


def _size_row(row: dict[str, Any], default: bool) -> str:
    metrics = ("auroc", "average_precision", "auroc_of_records")
    cells = ["the default" if default else row["name"]]
    cells += [_with_spread(row["over_seeds"].get(metric)) for metric in metrics]
    cells += [describe_number(row["together"][metric]) for metric in metrics[:2]]
    return f"| {' | '.join(cells)} |"


def _with_spread(metric: dict[str, Any] | None) -> str:
    if metric is None:
        return "-"
    return describe_number(metric["mean"]) + (
        "" if metric["sd"] is None else f" ± {metric['sd']:.3f}"
    )


def update_page(page: Path, folder: Path, protocol: str) -> None:
    """Write the table that a protocol's results stand in, where the page has its marks."""
    if "ablation" in protocol:
        update_ablation_table(page, folder, protocol)
    else:
        (update_size_table if protocol == "sizes" else update_results)(page, folder)

"""The table of how large a network has to be, in docs/detection.md."""

from pathlib import Path
from typing import Any

from ecg_anomaly.files.atomic import read_json
from lab.benchmark.ablation_table import say_number
from lab.doc_pages import write_between

#: The table stands between these two lines of the page.
BEGIN = "<!-- sizes: written by python -m lab.benchmark -->"
END = "<!-- end of sizes -->"

HEADER = (
    "| | AUC of one network | AP | AUC, mean over records | AUC of all seeds together | AP |\n"
    "|---|---|---|---|---|---|"
)


def update_size_table(page: Path, folder: Path) -> None:
    """Write the table between its two marks."""
    write_between(page, BEGIN, END, lambda: render_sizes(read_json(folder / "sizes.json")))


def render_sizes(content: dict[str, Any]) -> str:
    """Render a row per variant; the first one is the default."""
    rows = [_row(row, default=place == 0) for place, row in enumerate(content["sizes"])]
    return "\n".join([HEADER, *rows])


def _row(row: dict[str, Any], default: bool) -> str:
    metrics = ("auroc", "average_precision", "auroc_of_records")
    cells = ["the default" if default else row["name"]]
    cells += [_with_spread(row["over_seeds"].get(metric)) for metric in metrics]
    cells += [say_number(row["together"][metric]) for metric in metrics[:2]]
    return f"| {' | '.join(cells)} |"


def _with_spread(metric: dict[str, Any] | None) -> str:
    if metric is None:
        return "-"
    return say_number(metric["mean"]) + ("" if metric["sd"] is None else f" ± {metric['sd']:.3f}")

"""The table of what each part is worth, in docs/detection.md."""

from pathlib import Path
from typing import Any

from ecg_anomaly.files.atomic import read_json
from lab.doc_pages import write_between

#: The table stands between these two lines of the page.
BEGIN = "<!-- ablation: written by python -m lab.benchmark -->"
END = "<!-- end of ablation -->"

HEADER = (
    "| | AUC | against the full one | AP | against the full one | AUC, mean over records |\n"
    "|---|---|---|---|---|---|"
)


def update_ablation_table(page: Path, folder: Path) -> None:
    """Write the table between its two marks."""
    write_between(page, BEGIN, END, lambda: render_ablation(read_json(folder / "ablation.json")))


def render_ablation(content: dict[str, Any]) -> str:
    """Render a row per variant; the first one is the full detector."""
    rows = [_row(variant, full=place == 0) for place, variant in enumerate(content["variants"])]
    return "\n".join([HEADER, *rows])


def _row(variant: dict[str, Any], full: bool) -> str:
    cells = ["the full detector" if full else variant["name"]]
    for metric in ("auroc", "average_precision"):
        cells += [say_number(variant[metric]), "" if full else _change(variant, metric)]
    return f"| {' | '.join([*cells, say_number(variant['mean_over_records']['auroc'])])} |"


def _change(variant: dict[str, Any], metric: str) -> str:
    change = variant["against_full"][metric]
    if change["difference"] is None:
        return "-"
    interval = (
        f" [{change['low']:+.3f}, {change['high']:+.3f}]" if change["low"] is not None else ""
    )
    return f"{change['difference']:+.3f}{interval}"


def say_number(value: float | None) -> str:
    """Say a figure in three digits, and one that is not there as a dash."""
    return "-" if value is None else f"{value:.3f}"

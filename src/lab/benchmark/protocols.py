"""The protocols by name."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from ecg_anomaly.records.record import Record
from lab.benchmark.ablation import run_ablation
from lab.benchmark.ablation_table import render_ablation, update_ablation_table
from lab.benchmark.beatgan import run_beatgan
from lab.benchmark.ecg5000_protocol import run_ecg5000
from lab.benchmark.inter_patient import run_inter_patient
from lab.benchmark.results_table import update_results
from lab.benchmark.size_table import render_sizes, update_size_table
from lab.benchmark.sizes import run_sizes
from lab.benchmark.workbench import Workbench

#: Each takes a workbench and the recordings and returns its results.
PROTOCOLS: dict[str, Callable[[Workbench, Iterable[Record]], dict[str, Any]]] = {
    "inter_patient": run_inter_patient,
    "ecg5000": run_ecg5000,
    "beatgan": run_beatgan,
    "ablation": run_ablation,
    "sizes": run_sizes,
}

#: What writes the table of a protocol; those of the others stand in one table.
TABLES = {"ablation": update_ablation_table, "sizes": update_size_table}


def update_page(page: Path, folder: Path, protocol: str) -> None:
    """Write the table that a protocol's results stand in, where the page has its marks."""
    TABLES.get(protocol, update_results)(page, folder)


def say_results(results: dict[str, Any]) -> str:
    """Say the outcome in one line per detector and baseline, or as a table of variants."""
    if "variants" in results:
        return render_ablation(results)
    if "sizes" in results:
        return render_sizes(results)
    rows = [(f"{name_row(row)}, ensemble", row["ensemble"]) for row in results["detectors"]]
    rows += [(name_row(row), row) for row in results["baselines"]]
    return "\n".join(_line(name, row) for name, row in rows)


def name_row(row: dict[str, Any], between: str = ", ") -> str:
    """Name a row of the results, with its fold where the protocol has several."""
    return between.join(row[key] for key in ("fold", "name") if key in row)


def _line(name: str, row: dict[str, Any]) -> str:
    metrics = row["reference_positions"]
    decisions = next(iter(metrics["decisions"].values()))
    shown = {
        "AUROC": metrics["auroc"],
        "average precision": metrics["average_precision"],
        "mean AUROC over records": metrics["mean_over_records"]["auroc"],
        "F1": decisions["f1"],
    }
    return f"{name}: " + ", ".join(f"{key} {_number(value)}" for key, value in shown.items())


def _number(value: Any) -> Any:
    return value["mean"] if isinstance(value, dict) else value

"""Say the results of a protocol on the screen."""

from typing import Any

from lab.benchmark.results_tables import render_ablation, render_sizes


def say_results(results: dict[str, Any]) -> str:
    """Say the outcome in one line per detector and baseline, or as a table of variants.

    Parameters
    ----------
    results : dict
        What a protocol returned: ``detectors`` and ``baselines``, ``variants``, or ``sizes``.

    Returns
    -------
    str
        Lines without a newline at the end.
    """
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

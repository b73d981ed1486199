"""Run a published protocol from the recordings to the table of docs/benchmarks.md.

    ECG_ANOMALY_DATA=FOLDER python -m lab.benchmark benchmark=inter_patient

An interrupted run goes on with the trainings that are missing. `benchmark.smoke=true` runs the
same code on little data in a minute and writes to data/benchmark/smoke.
"""

import platform
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ecg_anomaly.config.hydra_entry import entry_point
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.records.record import Record
from ecg_anomaly.tracking.benchmark_runs import flatten_metrics, start_benchmark
from ecg_anomaly.tracking.store import git_commit
from ecg_anomaly.tracking.tracked_run import flatten_config
from lab.benchmark.beatgan import run_beatgan
from lab.benchmark.benchmark_schema import BenchmarkRunConfig, shrink
from lab.benchmark.ecg5000_protocol import run_ecg5000
from lab.benchmark.inter_patient import run_inter_patient
from lab.benchmark.leave_one_database_out import run_leave_one_database_out
from lab.benchmark.result_cache import INPUT_FOLDERS, SCORE_FOLDERS, code_digest
from lab.benchmark.results_tables import render_ablation, render_sizes, update_page
from lab.benchmark.variants import run_ablation, run_sizes
from lab.benchmark.workbench import Workbench

#: Each takes a workbench and the recordings and returns its results.
PROTOCOLS: dict[str, Callable[[Workbench, Iterable[Record]], dict[str, Any]]] = {
    "inter_patient": run_inter_patient,
    "inter_patient_cohort": run_inter_patient,
    "leave_one_database_out": run_leave_one_database_out,
    "cross_validated": run_leave_one_database_out,
    "ecg5000": run_ecg5000,
    "beatgan": run_beatgan,
    "ablation": run_ablation,
    "cohort_ablation": run_ablation,
    "sizes": run_sizes,
}


RAW = Path("data/raw")

#: Folders whose code turns scores into metrics.
EVALUATION_FOLDERS = ("ecg_anomaly/evaluation", "lab/benchmark")

PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "onnxruntime")


def run_benchmark(config: BenchmarkRunConfig) -> None:
    """Run one protocol; write its JSON file and its table."""
    config = shrink(config) if config.benchmark.smoke else config
    start, protocol = time.monotonic(), config.benchmark.protocol
    provenance = describe_provenance(config)  # code and commit may move while it runs
    folder = Path(config.benchmark.folder)
    with start_benchmark(config, config.benchmark.protocol) as log:
        bench = Workbench(config, log)
        results = PROTOCOLS[protocol](bench, open_dataset(config.dataset, RAW))
        seconds = round(time.monotonic() - start, 1)
        content = {"protocol": protocol, "seconds": seconds, **results, **provenance}
        write_json(folder / f"{protocol}.json", content)
        for row in results.get("detectors", []):
            log.run.log_metrics(flatten_metrics(name_row(row, "/"), row["over_seeds"]))
        log.run.log_files(folder, f"{protocol}.json", "benchmark")
    if config.benchmark.page is not None:
        update_page(Path(config.benchmark.page), folder, protocol)
    print(describe_results(results))


def describe_provenance(config: BenchmarkRunConfig) -> dict[str, Any]:
    """Return the versions, the code and the configuration that a result is made with.

    Parameters
    ----------
    config : BenchmarkRunConfig
        What it was run with.

    Returns
    -------
    dict
        ``commit`` is what was checked out; ``code_sha256`` is over the code that makes the
        numbers, so that a result made before a commit can be told from one made after it.
    """
    folders = (*INPUT_FOLDERS, *SCORE_FOLDERS, *EVALUATION_FOLDERS)
    named = {name: version(name) for name in PACKAGES}
    return {
        "commit": git_commit(),
        "code_sha256": code_digest(folders),
        "versions": {"python": platform.python_version(), **named},
        "configuration": flatten_config(config),
    }


def benchmark(work: Callable[[BenchmarkRunConfig], None]) -> Callable[[], None]:
    """Turn a function of a benchmark's configuration into the entry point of a script.

    Parameters
    ----------
    work : callable
        Receives a `BenchmarkRunConfig`. A mistake of the user ends in one line and status 1.
    """
    return entry_point(work, "benchmark", "benchmark_schema", BenchmarkRunConfig)


def describe_results(results: dict[str, Any]) -> str:
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


if __name__ == "__main__":
    benchmark(run_benchmark)()

"""Run a published protocol from the recordings to the table of docs/benchmarks.md.

    ECG_ANOMALY_DATA=FOLDER python -m lab.benchmark benchmark=inter_patient

An interrupted run goes on with the trainings that are missing. `benchmark.smoke=true` runs the
same code on little data in a minute and writes to data/benchmark/smoke.
"""

import time
from pathlib import Path

from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.tracking.benchmark_runs import flatten_metrics, start_benchmark
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.hydra_benchmark import benchmark
from lab.benchmark.protocols import PROTOCOLS, name_row, say_results, update_page
from lab.benchmark.provenance import describe_provenance
from lab.benchmark.smoke import shrink
from lab.benchmark.workbench import Workbench

RAW = Path("data/raw")


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
    print(say_results(results))


if __name__ == "__main__":
    benchmark(run_benchmark)()

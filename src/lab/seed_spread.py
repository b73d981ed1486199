"""Train the default pipeline with several seeds, and on two kernels of the processor.

    python -m lab.seed_spread [--seeds 1 2 3 4 5] [HYDRA_OVERRIDE ...]

Clones the last commit and runs `dvc repro evaluate` there once per seed and kernel: with the
settings of the machine, and with those that make TensorFlow and OpenBLAS calculate as on an older
processor. What depends on luck, or on the processor, differs between the rows of the table, which
is printed and written to docs/detection-experiments.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.files.errors import UserError
from lab.doc_pages import ROOT, page_options, write_between

BEGIN = "<!-- seeds: written by python -m lab.seed_spread -->"
END = "<!-- end of seeds -->"
PAGE = "detection-experiments.md"

#: Settings of the environment by the name of the row.
KERNELS: dict[str, Mapping[str, str]] = {
    "as they are": {},
    "older processor": {"TF_ENABLE_ONEDNN_OPTS": "0", "OPENBLAS_CORETYPE": "Haswell"},
}

HEAD = """\
| kernels | seed | F1 | precision | recall | AUROC | AP | false alarms | best baseline F1 |
|---|---|---|---|---|---|---|---|---|"""


def tabulate_seeds(rows: Sequence[tuple[str, int, Mapping[str, Any]]]) -> str:
    """Render the metrics of each kernel and seed as a Markdown table.

    Parameters
    ----------
    rows : sequence of (kernels, seed, metrics)
        Metrics as in ``data/report/metrics.json``.
    """
    lines = [HEAD]
    for kernels, seed, metrics in rows:
        found = metrics["detector"]
        values = [found[name] for name in ("f1", "precision", "recall")]
        values += [found["auroc"], found["average_precision"]]
        values += [metrics["false_alarm_rate"]["realised"], metrics["best_baseline"]["f1"]]
        lines.append(f"| {kernels} | {seed} | " + " | ".join(f"{v:.3f}" for v in values) + " |")
    return "\n".join(lines)


def measure_seed(
    folder: Path, seed: int, kernels: Mapping[str, str], overrides: list[str]
) -> dict[str, Any]:
    """Run the pipeline in a clone with one seed, and return its metrics.

    Raises
    ------
    UserError
        When the pipeline fails.
    """
    python = Path(sys.executable)
    search = os.pathsep.join([str(python.parent), os.environ.get("PATH", "")])
    environment = {**os.environ, **kernels, "PYTHONPATH": str(folder / "src"), "PATH": search}
    compose = [str(python), "src/compose_params.py", f"training.seed={seed}"]
    reproduce = [str(python.with_name("dvc")), "repro", "--no-run-cache", "evaluate"]
    for command in ([*compose, "tracking.enabled=false", *overrides], reproduce):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = (done.stdout + done.stderr).strip().splitlines()[-1]
            raise UserError(" ".join(command[1:3]), last, "run it in a clone to see the rest")
    metrics: dict[str, Any] = json.loads((folder / "data/report/metrics.json").read_text())
    return metrics


def main(words: list[str] | None = None) -> None:
    """Run every seed on every kernel; print the table and write it."""
    parser = page_options(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5])
    options, overrides = parser.parse_known_args(words)
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        for number, (name, kernels) in enumerate(KERNELS.items()):
            # A clone for each: DVC would take what it has run before for the result.
            clone = Path(temporary) / str(number)
            subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
            for seed in options.seeds:
                rows.append((name, seed, measure_seed(clone, seed, kernels, overrides)))
                print(tabulate_seeds(rows[-1:]).splitlines()[-1], flush=True)
    write_between(options.docs / PAGE, BEGIN, END, lambda: tabulate_seeds(rows))


if __name__ == "__main__":
    run_reporting_errors(main)

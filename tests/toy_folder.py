"""A folder of small WFDB records, and the stage scripts run on it without DVC."""

import sys
from pathlib import Path

from default_config import simulation_config
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from pipeline_copy import ROOT

#: The stage scripts in the order of the pipeline.
SCRIPTS = (
    "extract_records", "explore_records", "preprocess_beats", "build_features", "train_model",
    "score_baselines", "tune_threshold", "evaluate_detector", "package_detector",
)  # fmt: skip


def write_toy_folder(folder: Path, n: int = 6, duration_s: float = 40.0) -> Path:
    """Write labelled records ``s01``, ``s02`` ... of a few seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    config = simulation_config(n_subjects=n, duration_s=duration_s, fs=360.0, seed=5)
    for record in simulate_records(config):
        write_record(record, folder)
    return folder


def scripts_of(data: Path, *overrides: str, until: str = SCRIPTS[-1]) -> dict[str, list[str]]:
    """Command line of each stage up to one, on the records of a folder.

    They are run in a work folder that holds nothing but params.yaml: what a stage writes goes to
    ``data/`` there.
    """
    names = SCRIPTS[: SCRIPTS.index(until) + 1]
    words = [f"dataset.folder={data}", *overrides]
    return {name: [sys.executable, str(ROOT / f"src/{name}.py"), *words] for name in names}

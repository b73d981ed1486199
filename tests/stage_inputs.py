"""Toy results of earlier stages, in a folder in which one stage script is run by itself."""

import shutil
import sys
from pathlib import Path

import numpy as np

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform, write_transform
from ecg_anomaly.files.array_tables import write_array_table
from forked_scripts import run_script
from pipeline_copy import Result

ROOT = Path(__file__).resolve().parents[1]
TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))


def write_features(folder: Path, splits: dict[str, BeatInputs]) -> None:
    """Write params.yaml and what stage `features` leaves of the given splits."""
    shutil.copy(ROOT / "params.yaml", folder)
    (folder / "data/features").mkdir(parents=True)
    for split, inputs in splits.items():
        write_array_table(folder / f"data/features/{split}.npz", inputs)
    write_transform(folder / "data/features/transform.json", TRANSFORM)


def run_stage(name: str, folder: Path, *overrides: str) -> Result:
    """Run a stage script in a folder, without MLflow, whatever its exit status."""
    command = [sys.executable, str(ROOT / f"src/{name}.py"), "tracking.enabled=false", *overrides]
    return run_script(command, folder)

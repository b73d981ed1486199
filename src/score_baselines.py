"""Stage `score_baselines`: score the same beats with detectors that have no LSTM.

python src/score_baselines.py
"""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.evaluation.baselines import VALIDATION_NORMAL, fit_baselines, score_rules
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.progress import track

FEATURES, BASELINES = Path("data/features"), Path("data/baselines/scores.npz")


@stage
def score_baselines(config: PipelineConfig) -> None:
    """Fit on normal training beats; score validation and test."""
    # One thread: with more, sums are taken in another order, and bytes depend on the machine.
    threadpool_limits(1)
    train = read_array_table(FEATURES / "train.npz", BeatInputs)
    fitted = fit_baselines(train.select(train.presumed_normal), config.baselines)
    scores: dict[str, NDArray[Any]] = {}
    for split in ("validation", "test"):
        inputs = read_array_table(FEATURES / f"{split}.npz", BeatInputs)
        inputs = inputs.select(inputs.recorded)
        rules = score_rules(inputs.rule, config.baselines.rhythm_weight)
        scores |= {f"{split}.{name}": score for name, score in rules.items()}
        for name in track(fitted, f"score {split} with baselines"):
            scores[f"{split}.{name}"] = fitted[name](inputs)
        if split == "validation":  # a baseline's threshold is read from these
            scores[VALIDATION_NORMAL] = inputs.presumed_normal
    write_arrays(BASELINES, scores)


if __name__ == "__main__":
    score_baselines()

"""Stage `train`: train the LSTM network and score the validation split.

python src/train_model.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import replace_folder
from ecg_anomaly.network.beat_scores import attach_scores
from ecg_anomaly.network.training.cross_fitting import train_detector
from ecg_anomaly.network.training.epoch_log import EpochLog
from ecg_anomaly.tracking.pipeline_runs import start_run

FEATURES, TRAINING = Path("data/features"), Path("data/training")


@stage
def train_model(config: PipelineConfig) -> None:
    """Train, export, and cache the scores that the threshold is tuned on.

    Scores on the first lead alone are cached too: recordings may have no other.
    """
    train, validation = (
        read_array_table(FEATURES / f"{split}.npz", BeatInputs) for split in ("train", "validation")
    )
    transform = read_transform(FEATURES / "transform.json")
    with start_run(config) as run, replace_folder(TRAINING) as folder:
        log = EpochLog(config.training.epochs, listeners=[run.log_epoch])
        scored, scores = train_detector(train, validation, transform, config, folder, log)
        for name, score in zip(("validation", "first_lead"), scores, strict=True):
            write_array_table(folder / f"{name}_scores.npz", attach_scores(score, scored))
        log.write(folder)


if __name__ == "__main__":
    train_model()

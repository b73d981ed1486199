"""Stage `train`: train the LSTM network and score the validation split.

python src/train_model.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import read_inputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.atomic import replace_folder
from ecg_anomaly.network.beat_scores import attach_scores, write_scores
from ecg_anomaly.network.trained_model import read_scorer
from ecg_anomaly.network.training.input_layout import keep_first_lead
from ecg_anomaly.network.training.session import EpochLog, train_scorer
from ecg_anomaly.tracking.pipeline_runs import start_run

FEATURES, TRAINING = Path("data/features"), Path("data/training")


@stage
def train_model(config: PipelineConfig) -> None:
    """Train, export, and cache the validation scores that the threshold is tuned on.

    Scores on the first lead alone are cached too: recordings may have no other.
    """
    train, validation = (
        read_inputs(FEATURES / f"{split}.npz") for split in ("train", "validation")
    )
    transform = read_transform(FEATURES / "transform.json")
    with start_run(config) as run, replace_folder(TRAINING) as folder:
        log = EpochLog(config.training.epochs, listeners=[run.log_epoch])
        train_scorer(train, validation, transform, config, folder, log)
        scorer, _ = read_scorer(folder)
        recorded = validation.select(validation.recorded)
        alone = keep_first_lead(recorded, transform, len(config.dataset.leads))
        for name, inputs in (("validation", recorded), ("first_lead", alone)):
            scores = attach_scores(scorer.score(inputs), inputs)
            write_scores(folder / f"{name}_scores.npz", scores)
        log.write(folder)


if __name__ == "__main__":
    train_model()

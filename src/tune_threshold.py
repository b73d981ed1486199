"""Stage `tune_threshold`: choose the decision threshold on cached validation scores.

python src/tune_threshold.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.evaluation.threshold.thresholds import (
    ALONE,
    READ_FROM,
    TOGETHER,
    describe_source,
    tabulate_scores,
)
from ecg_anomaly.evaluation.threshold.tuning import tune_threshold
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.atomic import replace_folder, write_arrays, write_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.network.beat_scores import BeatScores

SCORES, THRESHOLD = Path("data/training/validation_scores.npz"), Path("data/threshold")
FIRST_LEAD = Path("data/training/first_lead_scores.npz")


@stage
def tune(config: PipelineConfig) -> None:
    """Run the study; keep the threshold, and tables of normal scores to choose another one from."""
    scores, alone = read_array_table(SCORES, BeatScores), read_array_table(FIRST_LEAD, BeatScores)
    threshold = tune_threshold(scores, config.threshold)
    tables = {
        name: tabulate_scores(some.score[some.presumed_normal])
        for name, some in ((TOGETHER, scores), (ALONE, alone))
    }
    with replace_folder(THRESHOLD) as folder:
        source = describe_source(scores.subject.tolist(), file_sha256(SCORES))
        write_json(folder / "threshold.json", {**vars(threshold), READ_FROM: source})
        write_arrays(folder / "normal_scores.npz", tables)
    rate = threshold.validation_false_alarm_rate
    print(f"threshold {threshold.value:.4g} flags {rate:.2%} of normal validation beats")


if __name__ == "__main__":
    tune()

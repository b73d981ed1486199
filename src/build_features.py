"""Stage `features`: the inputs of the detectors, one file for each split.

python src/build_features.py
"""

from pathlib import Path

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.splits.by_subject import SPLITS
from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.selection import write_transform
from ecg_anomaly.features.split_inputs import prepare_splits
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import replace_folder, write_json

BEATS, FEATURES = Path("data/beats"), Path("data/features")


@stage
def build_features(config: PipelineConfig) -> None:
    """Describe all beats, fit selection and scaling on the training split, make synthetic beats."""
    window = BeatWindow.from_config(config.preprocess)
    beats, noisy = (
        read_array_table(BEATS / "beats.npz", BeatSet),
        read_array_table(BEATS / "noisy.npz", BeatSet),
    )
    inputs = prepare_splits(beats, config.features, window, noisy)
    with replace_folder(FEATURES) as folder:
        for split in SPLITS:
            write_array_table(folder / f"{split}.npz", inputs.of(split))
        write_transform(folder / "transform.json", inputs.transform)
        write_json(folder / "selection.json", inputs.report)
    kept, known = len(inputs.transform.names), len(inputs.report)
    print(f"kept {kept} of {known} features; the reasons are in {FEATURES}/selection.json")


if __name__ == "__main__":
    build_features()

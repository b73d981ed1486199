"""Stage `features`: what the detectors see, one file per side of the split.

python src/build_features.py
"""

from pathlib import Path

from ecg_anomaly.beats.beat_set import read_beats
from ecg_anomaly.config.hydra_stage import stage
from ecg_anomaly.config.schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import write_inputs
from ecg_anomaly.features.describe import describe_beats
from ecg_anomaly.features.selection import select_features
from ecg_anomaly.features.sides import assemble_side
from ecg_anomaly.features.transform_file import write_transform
from ecg_anomaly.splits.by_subject import SPLITS
from ecg_anomaly.storage.atomic import replace_folder, write_json

BEATS, FEATURES = Path("data/beats/beats.npz"), Path("data/features")


@stage
def build_features(config: PipelineConfig) -> None:
    """Describe all beats; select and scale with what the training side says."""
    beats = read_beats(BEATS)
    described = describe_beats(beats, config.features, config.preprocess)
    train = (beats.split == "train") & beats.readable
    labels = beats.anomalous[train] if beats.labelled[train].any() else None
    transform, report = select_features(
        described.values[train], described.names, labels, config.features.selection
    )
    with replace_folder(FEATURES) as folder:
        for side in SPLITS:
            rows = (beats.split == side) & beats.readable
            write_inputs(folder / f"{side}.npz", assemble_side(beats, described, transform, rows))
        write_transform(folder / "transform.json", transform)
        write_json(folder / "selection.json", report)
    kept = len(transform.names)
    print(f"kept {kept} of {len(report)} features; the reasons are in {FEATURES}/selection.json")


if __name__ == "__main__":
    build_features()

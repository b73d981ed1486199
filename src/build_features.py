"""Stage `features`: what the detectors see, one file per side of the split.

python src/build_features.py
"""

from pathlib import Path

import numpy as np

from ecg_anomaly.beats.beat_set import read_beats
from ecg_anomaly.config.hydra_stage import stage
from ecg_anomaly.config.schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import write_inputs
from ecg_anomaly.features.describe import describe_beats, name_features
from ecg_anomaly.features.selection import select_features
from ecg_anomaly.features.sides import assemble_inputs
from ecg_anomaly.features.transform_file import write_transform
from ecg_anomaly.splits.by_subject import SPLITS
from ecg_anomaly.storage.atomic import replace_folder, write_json
from ecg_anomaly.synthesis.side import add_made_beats

BEATS, FEATURES = Path("data/beats/beats.npz"), Path("data/features")


@stage
def build_features(config: PipelineConfig) -> None:
    """Describe all beats; select and scale by the training side; make beats to learn from."""
    features, preprocess = config.features, config.preprocess
    beats = read_beats(BEATS)
    described, context = describe_beats(beats, features, preprocess)
    train = (beats.split == "train") & beats.readable
    labels = beats.anomalous[train] if beats.labelled[train].any() else None
    names = name_features(beats.waveform.shape[2])
    transform, report = select_features(described.values[train], names, labels, features.selection)
    with replace_folder(FEATURES) as folder:
        for number, side in enumerate(SPLITS):
            rows = np.flatnonzero((beats.split == side) & beats.readable)
            inputs = assemble_inputs(beats, described, transform, rows)
            if side != "test":
                past = context.select(rows) if context is not None else None
                inputs = add_made_beats(inputs, past, transform, features, preprocess, number)
            write_inputs(folder / f"{side}.npz", inputs)
        write_transform(folder / "transform.json", transform)
        write_json(folder / "selection.json", report)
    kept = len(transform.names)
    print(f"kept {kept} of {len(report)} features; the reasons are in {FEATURES}/selection.json")


if __name__ == "__main__":
    build_features()

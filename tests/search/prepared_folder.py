"""A folder as `dvc repro features` leaves it, of a few simulated subjects."""

from dataclasses import replace
from pathlib import Path

from default_config import search_run_config, simulation_config, split_config, synthesis_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_cohort
from ecg_anomaly.beats.splits.by_subject import SPLITS, split_beats
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.features.selection import write_transform
from ecg_anomaly.features.split_inputs import prepare_splits
from ecg_anomaly.files.array_tables import write_array_table
from ecg_anomaly.records.record_archive import RecordArchive, write_records
from ecg_anomaly.records.simulation.simulated_records import simulate_records

VALIDATION, TEST = ["s03", "s04"], ["s05", "s06"]
SPACE = {"preprocess": {"window_before_s": ParameterConfig(choices=[0.25, 0.35])}}


def prepared_config(**changes):
    """Configure a pipeline over six subjects, two of them in each split."""
    config = search_run_config(**changes)
    config.dataset.split = split_config(validation=VALIDATION, test=TEST)
    synthesis = synthesis_config(beats_per_record=20)
    return replace(config, features=replace(config.features, synthesis=synthesis))


def prepare_folder(folder: Path) -> Path:
    """Write records and features."""
    config = prepared_config()
    subjects = simulation_config(n_subjects=6, duration_s=60.0, seed=3)
    write_records(simulate_records(subjects), folder / "records")
    beats, _ = cut_cohort(RecordArchive(folder / "records"), config.dataset, config.preprocess)
    beats = beats.with_split(split_beats(beats, config.dataset))
    window = BeatWindow.from_config(config.preprocess)
    inputs = prepare_splits(beats, config.features, window)
    for split in SPLITS:
        write_array_table(folder / f"features/{split}.npz", inputs.of(split))
    write_transform(folder / "features/transform.json", inputs.transform)
    return folder


def with_window(config, before_s, after_s=0.45):
    """Configure another window of beats."""
    window = {"window_before_s": before_s, "window_after_s": after_s}
    return replace(config, preprocess=replace(config.preprocess, **window))

"""Stage `preprocess`: cut recordings into filtered beats, split them by subject, check for leaks.

python src/preprocess_beats.py
"""

from pathlib import Path

import numpy as np

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.noisy_copies import cut_noisy_copies
from ecg_anomaly.beats.record_beats import cut_cohort
from ecg_anomaly.beats.splits.by_subject import split_beats, summarise_split
from ecg_anomaly.beats.splits.split_audit import audit_split
from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.array_tables import write_array_table
from ecg_anomaly.files.atomic import replace_folder, write_json
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.record_archive import RecordArchive

RECORDS, BEATS = Path("data/records"), Path("data/beats")


@stage
def preprocess_beats(config: PipelineConfig) -> None:
    """Cut every record into beats, split them, and stop when one split leaks into another.

    What is trained on is cut once more with noise added, into a file of its own: the copies are in
    no report, no test, and no threshold.
    """
    dataset, preprocess = config.dataset, config.preprocess
    archive = RecordArchive(RECORDS)
    beats, accounts = cut_cohort(track(archive, "cut beats"), dataset, preprocess)
    for account in accounts:
        if account["left_out"]:
            print(f"left out record {account['record']}: {account['left_out']}")
    beats = beats.with_split(split_beats(beats, dataset, archive.subjects))
    audit = audit_split(beats, dataset.split.unit, BeatWindow.from_config(preprocess).duration_s)
    noisy = beats.select(np.zeros(0, np.intp))
    if config.training.noisy_copies:
        split_of = dict(zip(beats.record.tolist(), beats.split.tolist(), strict=True))
        copied = track(archive, "cut noisy copies")
        noisy = cut_noisy_copies(copied, split_of, dataset, preprocess) or noisy
    with replace_folder(BEATS) as folder:
        write_array_table(folder / "beats.npz", beats)
        write_array_table(folder / "noisy.npz", noisy)
        write_json(folder / "cleaning.json", accounts)
        write_json(folder / "split.json", {"audit": audit, "splits": summarise_split(beats)})


if __name__ == "__main__":
    preprocess_beats()

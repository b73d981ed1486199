"""Measure how often drift is found: between two databases, and between two halves of one."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ecg_anomaly.archive.archive_run import prepare_job, run_here
from ecg_anomaly.archive.drift.drift_comparison import compare_values
from ecg_anomaly.archive.drift.drift_reference import SubjectProfile, gather_values
from ecg_anomaly.archive.drift.site_profiles import read_profiles
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.files.atomic import write_json

#: The databases, with the records that are of one subject.
DATABASES: Mapping[str, Mapping[str, str]] = {"mitdb": {"202": "201"}, "svdb": {}}

HALVINGS = 100


def measure_drift(detector: Path, data: Path, write_to: Path | None = None) -> None:
    """Print what drifts between the databases, and in how many halvings of each anything does.

    Parameters
    ----------
    detector : Path
        The detector folder.
    data : Path
        Holds a folder for each database.
    write_to : Path, optional
        Where the profiles go as JSON: those that a test compares.
    """
    profiles = {name: score_database(detector, data / name) for name in DATABASES}
    if write_to:
        write_json(write_to, profiles)
    one, other = (gather_values(profiles[name]) for name in DATABASES)
    for drift in compare_values(other, one):
        print(f"{drift.name}: distance {drift.distance:.2f}, p {drift.p:.4f}")
    for name, of_database in profiles.items():
        print(f"{name}: {count_alarms(of_database)} of {HALVINGS} halvings give an alarm")


def score_database(detector: Path, folder: Path) -> list[SubjectProfile]:
    """Score the records of a database, and return subject and profile of each."""
    same = DATABASES[folder.name]
    headers = sorted(folder.glob("*.hea"))
    with tempfile.TemporaryDirectory() as name:
        manifest, table = Path(name) / "manifest.csv", f"{name}/table"
        rows = [f"{path},{folder.name}-{same.get(path.stem, path.stem)}" for path in headers]
        manifest.write_text("\n".join(["uri,subject", *rows]))
        sha256 = load_chosen(detector).sha256
        for _ in run_here(prepare_job(str(manifest), table, sha256), detector, workers=2):
            pass
        return list(read_profiles(FileStore(table), sha256))


def count_alarms(profiles: Sequence[SubjectProfile], seed: int = 0) -> int:
    """Return in how many of `HALVINGS` random halvings of the subjects any measure drifts."""
    rng, alarms = np.random.default_rng(seed), 0
    subjects = sorted({subject for subject, _ in profiles})
    for _ in range(HALVINGS):
        half = set(rng.permutation(subjects)[: len(subjects) // 2].tolist())
        inside = gather_values(profile for profile in profiles if profile[0] in half)
        outside = gather_values(profile for profile in profiles if profile[0] not in half)
        alarms += any(drift.drifts for drift in compare_values(inside, outside))
    return alarms

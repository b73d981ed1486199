"""Read the measures of the recordings of a site: from a table, or from a folder of recordings."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from ecg_anomaly.archive.archive_run import prepare_job, run_here
from ecg_anomaly.archive.archive_summary import find_detector_sha256, read_tables
from ecg_anomaly.archive.archive_table import TABLE
from ecg_anomaly.archive.drift.drift_reference import SubjectProfile, Values, gather_values
from ecg_anomaly.archive.file_store import FileStore, local_path
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import DATA_ENDINGS
from ecg_anomaly.records.record_names import ENDINGS


def read_site(address: str, detector: Path, detector_sha256: str) -> Values:
    """Read what recordings look like, by subject.

    Parameters
    ----------
    address : str
        A table of an archive, or a folder of recordings, which are scored.
    detector : Path
        The detector folder.
    detector_sha256 : str
        Digest of its list of digests.

    Raises
    ------
    UserError
        When it is neither, or has no rows of this detector.
    """
    store = FileStore(address)
    if store.read(TABLE) is not None:
        return gather_values(read_profiles(store, detector_sha256))
    with tempfile.TemporaryDirectory(prefix="ecg-anomaly-drift-") as name:
        manifest, table = Path(name) / "manifest.txt", f"{name}/table"
        manifest.write_text("".join(f"{path}\n" for path in list_recordings(address)))
        job = prepare_job(str(manifest), table, detector_sha256)
        for _ in run_here(job, detector):
            pass
        return gather_values(read_profiles(FileStore(table), detector_sha256))


def read_profiles(store: FileStore, detector_sha256: str) -> Iterator[SubjectProfile]:
    """Yield subject and profile of each scored recording; one without a subject is its own."""
    detector = find_detector_sha256(store, detector_sha256)
    for table in read_tables(store, detector, ["uri", "subject", "profile"]):
        for row in table.to_pylist():
            if row["profile"] is not None:
                yield row["subject"] or row["uri"], row["profile"]


def list_recordings(address: str) -> list[Path]:
    """List the files of a folder, and of the folders in it, that are recordings by their ending.

    Raises
    ------
    UserError
        When it is no folder of this machine, or has none.
    """
    folder = local_path(address)
    if folder is None or not folder.is_dir():
        rule = "neither a table of an archive nor a folder of recordings"
        raise UserError(address, rule, "run `ecg-anomaly archive` first")
    endings = set(ENDINGS) - set(DATA_ENDINGS) - {".txt"}
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)
    if not found:
        raise UserError(address, "holds no recording", "name a folder with some")
    return [path.absolute() for path in found]

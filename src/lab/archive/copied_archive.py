"""An archive of as many recordings as are wanted, made of a few by links."""

import os
from collections.abc import Iterator
from itertools import count, cycle, islice
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record

#: Different recordings of an archive.
DISTINCT = 8


def write_archive(folder: Path, n: int, duration_s: float) -> Path:
    """Write recordings and their manifest, and return the manifest.

    Parameters
    ----------
    folder : Path
        Where they go; their parent folder must be there.
    n : int
        Recordings. Of every `DISTINCT` one is stored, the others are links in folders of their own.
    duration_s : float
        Length of each, in s.
    """
    source = folder / "distinct"
    source.mkdir(parents=True)
    config = SimulationConfig(
        n_subjects=min(n, DISTINCT), duration_s=duration_s, fs=360.0, seed=3, difficult=False
    )
    names = [record.name for record in _write(config, source)]
    with (folder / "manifest.txt").open("w") as manifest:
        for turn, name in zip(count(), islice(cycle(names), n)):
            place = folder / f"{turn:06d}"
            place.mkdir()
            for ending in ("hea", "dat"):
                os.symlink(source / f"{name}.{ending}", place / f"{name}.{ending}")
            manifest.write(f"{place / name}.hea\n")
    return folder / "manifest.txt"


def _write(config: SimulationConfig, folder: Path) -> Iterator[Record]:
    for record in simulate_records(config):
        write_record(record, folder)
        yield record


def archive_command(manifest: Path, table: Path, detector: str | None, *words: str) -> list[str]:
    """Return the arguments of Python that score a manifest into a table."""
    named = ["--detector", detector] if detector else []
    options = ["--output", str(table), *named, *words]
    return ["-m", "ecg_anomaly.cli.main", "archive", str(manifest), *options]

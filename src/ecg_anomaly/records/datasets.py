"""Open the configured data set: simulate its records, find them on this machine, or download."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

from ecg_anomaly.config.pipeline_schema import DatasetConfig, SimulationConfig
from ecg_anomaly.files.atomic import replace_folder, write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.cohort import Cohort
from ecg_anomaly.records.ecg5000 import Ecg5000, fetch_ecg5000
from ecg_anomaly.records.named_records import check_names
from ecg_anomaly.records.public_databases import PHYSIONET, find_database, open_database
from ecg_anomaly.records.record import Record, UnusableRecord
from ecg_anomaly.records.simulation import simulated_records
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb import wfdb_files
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder


class RecordSource(Protocol):
    """A data set's records, read one at a time.

    Attributes
    ----------
    subjects : mapping of str to str
        Subject of every record found, excluded ones too.
    left_out : sequence of UnusableRecord
        Records that cannot be used; complete once all were read.
    """

    @property
    def subjects(self) -> Mapping[str, str]: ...  # noqa: D102
    @property
    def left_out(self) -> Sequence[UnusableRecord]: ...  # noqa: D102

    def __len__(self) -> int:
        """Return the number of records, without those excluded."""

    def __iter__(self) -> Iterator[Record]:
        """Yield each record that is not excluded and can be used."""


def open_dataset(config: DatasetConfig, raw: Path) -> RecordSource:
    """Open a data set; records that are missing are simulated or downloaded.

    Records of ``dataset.exclude`` are not read.

    Parameters
    ----------
    config : DatasetConfig
        The data set.
    raw : Path
        The project's folder of raw data.

    Returns
    -------
    RecordSource
        Yields `Record` objects one at a time.

    Raises
    ------
    UserError
        When the recordings are absent, damaged, or cannot be fetched, or the configuration names a
        record or subject that is not there.
    """
    source = _open_source(config, raw)
    check_names(config, source.subjects)
    return source


def _open_source(config: DatasetConfig, raw: Path) -> RecordSource:
    if config.source == "simulation":
        if config.simulation is None:
            rule = "null, but dataset.source is simulation"
            raise UserError("dataset.simulation", rule, "describe the simulated patients")
        folder = raw / config.name
        write_simulation(config.simulation, folder)
        return WfdbFolder(folder, config.subjects, config.exclude)
    if config.source in PHYSIONET:
        return open_database(config.source, raw, config.subjects, config.exclude)
    if config.source == "cohort":
        return Cohort(config.databases, raw, config.subjects, config.exclude)
    if config.source == "ecg5000":
        return Ecg5000(find_database("ecg5000", raw, fetch_ecg5000), config.exclude)
    if config.folder is None:
        raise UserError("dataset.folder", "not set", "name the folder of your WFDB records")
    return WfdbFolder(Path(config.folder).expanduser(), config.subjects, config.exclude)


def write_simulation(config: SimulationConfig, folder: Path) -> None:
    """Write simulated patients as WFDB files, unless the folder holds the same ones already.

    ``simulation.json`` beside them records the configuration and the digest of the simulator's
    code; the patients are the same when both are equal.

    Raises
    ------
    UserError
        When the folder holds something else than simulated patients.
    """
    wanted = {**asdict(config), "simulator": _digest_simulator()}
    made_by = folder / "simulation.json"
    if folder.exists() and not made_by.exists():
        rule = "the folder exists and holds no simulated patients"
        raise UserError(folder, rule, "choose another dataset.name or remove the folder")
    with suppress(UserError):  # a damaged simulation.json counts as absent
        if made_by.exists() and read_json(made_by) == wanted:
            return
    with replace_folder(folder) as temporary:
        for record in track(simulate_records(config), "simulate patients", config.n_subjects):
            write_record(record, temporary)
        write_json(temporary / made_by.name, wanted)


def _digest_simulator() -> str:
    """Return the SHA-256 over the modules that simulate and write, on which the files depend."""
    modules = sorted(Path(simulated_records.__file__).parent.glob("*.py"))
    modules.append(Path(wfdb_files.__file__))
    lines = "".join(f"{module.name} {file_sha256(module)}\n" for module in modules)
    return hashlib.sha256(lines.encode()).hexdigest()

"""Open the data set that the configuration names."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import DatasetConfig, SimulationConfig
from ecg_anomaly.files.atomic import read_json, replace_folder, write_json
from ecg_anomaly.files.download import download_files
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.ecg5000 import Ecg5000, fetch_ecg5000
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.sources import Source, WfdbFolder, find_database
from ecg_anomaly.records.wfdb.wfdb_files import write_record

MITDB_URL = "https://physionet.org/files/mitdb/1.0.0"


def open_dataset(config: DatasetConfig, raw: Path) -> Source:
    """Give the recordings of a data set, simulating or downloading them when they are not there.

    Parameters
    ----------
    config : DatasetConfig
        The data set.
    raw : Path
        The project's folder of raw data.

    Returns
    -------
    Source
        Yields `Record` objects one at a time.

    Raises
    ------
    UserError
        When the recordings are absent, damaged, or cannot be fetched.
    """
    if config.source == "simulation":
        folder = raw / config.name
        write_simulation(config.simulation or SimulationConfig(), folder)
        return WfdbFolder(folder, config.subjects)
    if config.source == "mitdb":
        return WfdbFolder(find_database("mitdb", raw, _fetch_mitdb), config.subjects)
    if config.source == "ecg5000":
        return Ecg5000(find_database("ecg5000", raw, fetch_ecg5000))
    if config.folder is None:
        raise UserError("dataset.folder", "not set", "name the folder of your WFDB records")
    return WfdbFolder(Path(config.folder).expanduser(), config.subjects)


def write_simulation(config: SimulationConfig, folder: Path) -> None:
    """Write simulated patients as WFDB files, unless the same ones are already there.

    Raises
    ------
    UserError
        When the folder holds something else than simulated patients.
    """
    wanted = asdict(config)
    receipt = folder / "simulation.json"
    if folder.exists() and not receipt.exists():
        rule = "the folder is there and holds no simulated patients"
        raise UserError(folder, rule, "choose another dataset.name or remove the folder")
    with suppress(UserError):  # a damaged receipt is none
        if receipt.exists() and read_json(receipt) == wanted:
            return
    with replace_folder(folder) as temporary:
        for record in track(simulate_records(config), "simulate patients", config.n_subjects):
            write_record(record, temporary)
        write_json(temporary / receipt.name, wanted)


def _fetch_mitdb(folder: Path, digests: Mapping[str, str]) -> None:
    download_files(MITDB_URL, digests, folder)

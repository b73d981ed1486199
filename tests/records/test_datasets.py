import pytest

from ecg_anomaly.config.pipeline_schema import DatasetConfig, SimulationConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import datasets
from ecg_anomaly.records.datasets import open_dataset, write_simulation

TINY = SimulationConfig(n_subjects=2, duration_s=10.0)


def test_simulated_patients_are_written_once_as_wfdb_files(tmp_path):
    config = DatasetConfig(source="simulation", simulation=TINY)
    source = open_dataset(config, tmp_path)
    assert len(source) == 2
    assert [record.name for record in source] == ["s01", "s02"]
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "simulated").iterdir()}
    assert {"s01.hea", "s01.dat", "s01.atr", "simulation.json"} <= before.keys()
    open_dataset(config, tmp_path)
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "simulated").iterdir()}
    assert after == before


def test_other_parameters_make_other_patients(tmp_path):
    write_simulation(TINY, tmp_path / "x")
    first = (tmp_path / "x" / "s01.dat").read_bytes()
    write_simulation(SimulationConfig(n_subjects=1, duration_s=10.0, seed=9), tmp_path / "x")
    assert (tmp_path / "x" / "s01.dat").read_bytes() != first
    assert not (tmp_path / "x" / "s02.dat").exists()


def test_a_damaged_receipt_is_no_receipt(tmp_path):
    write_simulation(TINY, tmp_path / "x")
    (tmp_path / "x" / "simulation.json").write_text("{")
    (tmp_path / "x" / "s01.dat").unlink()
    write_simulation(TINY, tmp_path / "x")
    assert (tmp_path / "x" / "s01.dat").exists()


def test_simulation_never_takes_the_place_of_somebodys_recordings(tmp_path):
    (tmp_path / "mitdb").mkdir()
    (tmp_path / "mitdb" / "100.dat").write_bytes(b"precious")
    config = DatasetConfig(name="mitdb", source="simulation", simulation=TINY)
    with pytest.raises(UserError, match=r"mitdb: .*dataset\.name"):
        open_dataset(config, tmp_path)
    assert (tmp_path / "mitdb" / "100.dat").read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/tmp", "a/b"])
def test_a_name_cannot_lead_out_of_the_folder_of_raw_data(name):
    with pytest.raises(UserError, match=r"dataset\.name"):
        DatasetConfig(name=name)


def test_a_folder_of_the_users_own_must_be_named_and_be_there(tmp_path):
    with pytest.raises(UserError, match=r"dataset\.folder: not set"):
        open_dataset(DatasetConfig(source="wfdb_folder"), tmp_path)
    source = open_dataset(
        DatasetConfig(source="wfdb_folder", folder=str(tmp_path / "no")), tmp_path
    )
    with pytest.raises(UserError, match="no: no such folder"):
        len(source)


@pytest.mark.parametrize("name", ["mitdb", "ecg5000"])
def test_public_databases_are_looked_for_by_name(tmp_path, monkeypatch, name):
    asked = []

    def find(name, raw, fetch):
        asked.append((name, raw))
        return tmp_path

    monkeypatch.setattr(datasets, "find_database", find)
    open_dataset(DatasetConfig(name=name, source=name), tmp_path / "raw")
    assert asked == [(name, tmp_path / "raw")]


def test_no_network_and_no_copy_ends_in_one_line(tmp_path, monkeypatch):
    monkeypatch.delenv("ECG_ANOMALY_DATA", raising=False)
    monkeypatch.setattr(datasets, "MITDB_URL", "http://127.0.0.1:9")
    with pytest.raises(UserError, match=r"mitdb: not in .*set ECG_ANOMALY_DATA"):
        open_dataset(DatasetConfig(name="mitdb", source="mitdb"), tmp_path)

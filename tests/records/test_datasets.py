import pytest

from default_config import dataset_config, simulation_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records import datasets, public_databases
from ecg_anomaly.records.datasets import open_dataset, write_simulation
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from ecg_anomaly.records.wfdb.wfdb_folder import WfdbFolder

TINY = simulation_config(n_subjects=2, duration_s=10.0)


def test_simulated_patients_are_written_once_as_wfdb_files(tmp_path):
    config = dataset_config(source="simulation", simulation=TINY)
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
    write_simulation(simulation_config(n_subjects=1, duration_s=10.0, seed=9), tmp_path / "x")
    assert (tmp_path / "x" / "s01.dat").read_bytes() != first
    assert not (tmp_path / "x" / "s02.dat").exists()


def test_another_simulator_makes_other_patients(tmp_path, monkeypatch):
    write_simulation(TINY, tmp_path / "x")
    written = (tmp_path / "x" / "s01.dat").stat().st_mtime_ns
    monkeypatch.setattr(datasets, "_digest_simulator", lambda: "of another version")
    write_simulation(TINY, tmp_path / "x")
    assert (tmp_path / "x" / "s01.dat").stat().st_mtime_ns != written


def test_a_damaged_receipt_is_no_receipt(tmp_path):
    write_simulation(TINY, tmp_path / "x")
    (tmp_path / "x" / "simulation.json").write_text("{")
    (tmp_path / "x" / "s01.dat").unlink()
    write_simulation(TINY, tmp_path / "x")
    assert (tmp_path / "x" / "s01.dat").exists()


def test_simulation_never_takes_the_place_of_somebodys_recordings(tmp_path):
    (tmp_path / "mitdb").mkdir()
    (tmp_path / "mitdb" / "100.dat").write_bytes(b"precious")
    config = dataset_config(name="mitdb", source="simulation", simulation=TINY)
    with pytest.raises(UserError, match=r"mitdb: .*dataset\.name"):
        open_dataset(config, tmp_path)
    assert (tmp_path / "mitdb" / "100.dat").read_bytes() == b"precious"


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "/tmp", "a/b"])
def test_a_name_cannot_lead_out_of_the_folder_of_raw_data(name):
    with pytest.raises(UserError, match=r"dataset\.name"):
        dataset_config(name=name)


def test_a_folder_of_the_users_own_must_be_named_and_be_there(tmp_path):
    with pytest.raises(UserError, match=r"dataset\.folder: not set"):
        open_dataset(dataset_config(source="wfdb_folder"), tmp_path)
    config = dataset_config(source="wfdb_folder", folder=str(tmp_path / "no"))
    with pytest.raises(UserError, match="no: no such folder"):
        open_dataset(config, tmp_path)


@pytest.mark.parametrize("name", ["mitdb", "svdb", "qtdb", "ecg5000"])
def test_public_databases_are_looked_for_by_name(tmp_path, monkeypatch, name):
    asked = []

    def find(name, raw, fetch):
        asked.append((name, raw))
        return tmp_path

    for module in (datasets, public_databases):
        monkeypatch.setattr(module, "find_database", find)
    open_dataset(dataset_config(name=name, source=name), tmp_path / "raw")
    assert asked == [(name, tmp_path / "raw")]


def test_a_folder_gives_its_records_to_the_right_subjects(tmp_path, make_noise_record):
    for name in ("r2", "r1"):
        write_record(make_noise_record(name), tmp_path)
    source = WfdbFolder(tmp_path, {"r2": "r1"})
    assert len(source) == 2
    assert [(record.name, record.subject) for record in source] == [("r1", "r1"), ("r2", "r1")]


@pytest.mark.parametrize("source", ["simulation", "wfdb_folder", "ecg5000"])
def test_excluded_records_are_not_read_and_wrong_names_are_refused(tmp_path, monkeypatch, source):
    write_simulation(TINY, tmp_path / "simulated")
    monkeypatch.setattr(datasets, "find_database", lambda *_: tmp_path)
    options = {"source": source, "simulation": TINY, "folder": str(tmp_path / "simulated")}
    name = "train" if source == "ecg5000" else "s01"
    assert len(open_dataset(dataset_config(**options, exclude=[name]), tmp_path)) == 1
    with pytest.raises(UserError, match=rf"dataset\.exclude: s1 not in .*{name}"):
        open_dataset(dataset_config(**options, exclude=["s1"]), tmp_path)

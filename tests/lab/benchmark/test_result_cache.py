import numpy as np
import pytest

from lab.benchmark import result_cache as cache
from lab.benchmark.result_cache import ResultCache, code_digest, unit_key


@pytest.fixture
def package(tmp_path, monkeypatch):
    for name in ("room", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "noun.py").write_text(f"# {name}\n", encoding="utf-8")
    monkeypatch.setattr(cache, "SOURCE", tmp_path)
    return tmp_path


def test_a_unit_is_made_once(tmp_path):
    synthetic = []

    def make():
        synthetic.append(1)
        return {"score": np.arange(3.0)}

    kept = ResultCache(tmp_path)
    first, second = (kept.get("u", "k", make) for _ in range(2))
    assert synthetic == [1]
    np.testing.assert_array_equal(first["score"], second["score"])


def test_an_interrupted_unit_leaves_nothing_to_mistake_for_a_result(tmp_path):
    def fail():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ResultCache(tmp_path).get("u", "k", fail)
    assert ResultCache(tmp_path).get("u", "k", lambda: {"a": np.ones(1)})["a"] == 1


def test_another_configuration_is_another_unit():
    assert unit_key({"seed": 1}, []) != unit_key({"seed": 2}, [])
    assert unit_key({"a": 1, "b": 2}, []) == unit_key({"b": 2, "a": 1}, [])


def test_code_of_the_rooms_that_a_unit_runs_through_changes_its_key(package):
    before, elsewhere = code_digest(["room"]), code_digest(["other"])
    (package / "room" / "noun.py").write_text("# changed\n", encoding="utf-8")
    assert code_digest(["room"]) != before
    assert code_digest(["other"]) == elsewhere


def test_bytecode_and_other_files_beside_the_code_do_not_count(package):
    before = code_digest(["room"])
    (package / "room" / "noun.pyc").write_bytes(b"x")
    assert code_digest(["room"]) == before


def test_every_room_and_module_of_the_lists_is_there():
    names = cache.INPUT_FOLDERS + cache.SCORE_FOLDERS + cache.INPUT_MODULES + cache.SCORE_MODULES
    assert [n for n in names if not (cache.SOURCE / n).exists()] == []


def test_stale_preparations_go_and_everything_else_stays(tmp_path):
    for name in ("inputs-a-old", "inputs-a-new", "inputs-b-old"):
        (tmp_path / name).mkdir()
    (tmp_path / "inputs-a-unit.npz").touch()
    ResultCache(tmp_path).clear_stale("inputs-a-", "inputs-a-new")
    assert {p.name for p in tmp_path.iterdir()} == {
        "inputs-a-new", "inputs-b-old", "inputs-a-unit.npz",
    }  # fmt: skip


def test_a_room_that_does_not_exist_has_no_digest():
    with pytest.raises(FileNotFoundError, match="nowhere"):
        code_digest(["nowhere"])

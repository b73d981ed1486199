import importlib

import pytest

main = importlib.import_module("lab.archive.__main__")


@pytest.mark.parametrize(("same", "status"), [(True, 0), (False, 1)])
def test_kills_that_change_rows_are_an_exit_status(monkeypatch, tmp_path, same, status):
    called = []
    monkeypatch.setattr(
        main, "measure_archive_kills", lambda *words, what: called.append((*words, what)) or same
    )
    words = [
        "x",
        "kills",
        "--detector",
        str(tmp_path),
        "--kills",
        "3",
        "--master",
        "none",
        "local[2]",
        "--victims",
        "executors",
    ]
    monkeypatch.setattr("sys.argv", words)
    assert main.main() == status
    assert called == [(tmp_path, 300, 3, 5, ["none", "local[2]"], "executors")]


def test_the_others_are_measured_by_name(monkeypatch, tmp_path):
    called = []
    monkeypatch.setattr(main, "measure_speed", lambda *_, **__: called.append("speed"))
    monkeypatch.setattr(main, "measure_memory", lambda *_: called.append("memory"))
    monkeypatch.setattr(main, "measure_drift", lambda *_: called.append("drift"))
    for what in ("speed", "memory", "drift"):
        monkeypatch.setattr("sys.argv", ["x", what, "--detector", str(tmp_path)])
        assert main.main() == 0
    assert called == ["speed", "memory", "drift"]

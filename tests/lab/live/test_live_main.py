"""The options of `python -m lab.live`."""

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.live import __main__ as command
from toy_detector import toy_records


def test_options_have_defaults_of_the_table():
    options = command.parse([])
    assert (options.streams, options.push_ms, options.processes) == (1000, 200.0, 2)
    assert command.parse(["--equality", "x", "--chunks", "1", "7"]).chunks == [1, 7]


def test_equality_is_asked_for_with_its_folder(folder, tmp_path, capsys):
    options = ["--equality", str(tmp_path), "--detector", str(folder), "--chunks", "720"]
    with pytest.raises(UserError, match="no WFDB records"):
        command.main(options)
    write_record(toy_records()[0], tmp_path)
    assert command.main([*options, "--first", "9"]) == 0
    assert "nothing differs" in capsys.readouterr().out


def test_the_load_is_printed(folder, monkeypatch, capsys):
    asked = []

    def measure(*arguments):
        asked.append(arguments)
        return Printed()

    class Printed:
        lines = staticmethod(lambda: ["| figure |"])

    monkeypatch.setattr(command, "measure_load", measure)
    options = ["--detector", str(folder), "--streams", "7", "--processes", "1", "--tick-ms", "10"]
    assert command.main(options) == 0
    assert command.main([*options, "--service"]) == 0
    (settings, processes, measured), (_, _, with_service) = asked
    assert (settings.streams, settings.tick_s, processes) == (7, 0.01, 1)
    assert (measured, with_service) == (command.measure_share, command.measure_service_share)
    assert "| figure |" in capsys.readouterr().out


def test_alarms_are_asked_for_with_folders_or_without(folder, monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "tabulate_onsets", lambda _: iter(["| onsets |"]))
    monkeypatch.setattr(command, "tabulate_folder", lambda _, path: iter([f"| {path.name} |"]))
    detector = ["--detector", str(folder)]
    assert command.main(["--alarms", *detector]) == 0
    assert capsys.readouterr().out.split() == ["|", "onsets", "|"]
    assert command.main(["--alarms", str(tmp_path / "mitdb"), *detector]) == 0
    assert "| mitdb |" in capsys.readouterr().out


def test_a_restart_is_asked_for_with_its_streams(folder, monkeypatch, capsys):
    asked = []

    class Measured:
        line = staticmethod(lambda: "7 streams go on")

    def measure(record, n_streams, _folder, detector):
        asked.append((record.duration_s, n_streams, detector))
        return Measured()

    monkeypatch.setattr(command, "measure_restart", measure)
    assert command.main(["--restart", "7", "--warm", "12", "--detector", str(folder)]) == 0
    assert asked == [(12.0, 7, folder)]
    assert "7 streams go on" in capsys.readouterr().out

import json
import subprocess

from lab.archive import manifest_memory


def test_each_length_is_measured_in_a_process_of_its_own(monkeypatch, capsys):
    seen = []

    def run(command, **_):
        with open(command[3]) as stream:
            seen.append(len(stream.readlines()) - 1)
        return subprocess.CompletedProcess(command, 0, f"noise\n{json.dumps([100.0, 50.0])}\n", "")

    monkeypatch.setattr(manifest_memory.subprocess, "run", run)
    assert manifest_memory.measure_memory([10, 30]) == [(10, 100.0, 50.0), (30, 100.0, 50.0)]
    assert seen == [10, 30]
    assert "| 30 | 100 | 50 |" in capsys.readouterr().out


def test_what_is_measured_is_valid_python():
    compile(manifest_memory.DRIVER, "driver", "exec")

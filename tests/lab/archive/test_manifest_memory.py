import json
import subprocess

from lab.archive import manifest_memory


def test_each_length_and_way_is_measured_in_a_process_of_its_own(monkeypatch, capsys):
    seen = []

    def run(command, **_):
        words = command[3:]
        with open(words[1]) as stream:
            seen.append((len(stream.readlines()) - 1, words[5], words[6:]))
        return subprocess.CompletedProcess(command, 0, f"noise\n{json.dumps([100.0, 50.0])}\n", "")

    monkeypatch.setattr(manifest_memory.subprocess, "run", run)
    monkeypatch.setattr(manifest_memory, "MOST_SCORED", 10)
    ways = list(manifest_memory.WAYS)
    found = manifest_memory.measure_memory([10, 30], ways)
    assert found == [(way, n, 100.0, 50.0) for way in ways for n in (10, 30)]
    asked = ((10, "0/1"), (30, "0/3"))
    assert seen == [(*one, list(manifest_memory.WAYS[way])) for way in ways for one in asked]
    assert f"| {ways[1]} | 30 | 1 in 3 | 100 | 50 |" in capsys.readouterr().out


def test_a_driver_says_its_peak_after_its_rows(capsys):
    ((_, n, peak, heap),) = manifest_memory.measure_memory([3], ["`--workers 2`"])
    assert (n, heap) == (3, 0.0)
    assert 50 < peak < 500

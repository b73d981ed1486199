import json
import subprocess

from lab.archive import manifest_memory


def test_each_length_and_way_is_measured_in_a_process_of_its_own(monkeypatch, capsys):
    seen = []

    def run(command, **_):
        words = command[3:]
        with open(words[1]) as stream:
            seen.append((len(stream.readlines()) - 1, words[4:]))
        return subprocess.CompletedProcess(command, 0, f"noise\n{json.dumps([100.0, 50.0])}\n", "")

    monkeypatch.setattr(manifest_memory.subprocess, "run", run)
    ways = list(manifest_memory.WAYS)[::2]
    found = manifest_memory.measure_memory([10, 30], ways)
    assert found == [(way, n, 100.0, 50.0) for way in ways for n in (10, 30)]
    assert seen == [(n, list(manifest_memory.WAYS[way])) for way in ways for n in (10, 30)]
    assert f"| {ways[1]} | 30 | 100 | 50 |" in capsys.readouterr().out


def test_a_driver_says_its_peak_after_its_rows(capsys):
    ((_, n, peak, heap),) = manifest_memory.measure_memory([3], ["`--workers 2`"])
    assert (n, heap) == (3, 0.0)
    assert 50 < peak < 500

from pathlib import Path

import pytest
import requests

from lab.monitor import __main__ as command


def test_it_serves_simulated_patients(monkeypatch, capsys):
    def look(feed, patients, seconds):
        url = capsys.readouterr().out.strip()
        assert "ECG monitor" in requests.get(url, timeout=5).text
        assert (len(patients), seconds) == (2, 5.0)

    monkeypatch.setattr(command, "play", look)
    command.main(["--patients", "2", "--port", "0", "--seconds", "5"])


def test_ctrl_c_ends_it(monkeypatch, capsys):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "play", interrupt)
    command.main(["--patients", "1", "--port", "0", "--seconds", "5"])
    assert capsys.readouterr().out.endswith("stopped\n")


@pytest.mark.parametrize(("words", "folder"), [([], command.PICTURES), (["x"], Path("x"))])
def test_it_takes_pictures(monkeypatch, capsys, words, folder):
    monkeypatch.setattr(command, "take_pictures", lambda to: [to / "a.png"])
    command.main(["--pictures", *words])
    assert capsys.readouterr().out == f"{folder / 'a.png'}\n"

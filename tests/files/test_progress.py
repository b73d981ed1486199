import io

import pytest

from ecg_anomaly.files import progress


def test_items_pass_unchanged_and_the_end_is_said_once(capsys):
    assert list(progress.track([3, 1, 2], "count")) == [3, 1, 2]
    assert capsys.readouterr().err == "count: 3/3 done\n"


def test_without_a_length_the_count_stands_alone(capsys):
    assert list(progress.track(iter("ab"), "letters")) == ["a", "b"]
    assert capsys.readouterr().err == "letters: 2 done\n"


def test_a_given_total_is_shown_for_a_generator(capsys):
    list(progress.track(iter("ab"), "letters", 5))
    assert capsys.readouterr().err == "letters: 2/5 done\n"


def test_slow_work_writes_a_line_now_and_then(capsys, monkeypatch):
    monkeypatch.setattr(progress, "LINE_INTERVAL_S", 0.0)
    list(progress.track("ab", "letters"))
    lines = capsys.readouterr().err.splitlines()
    assert lines == ["letters: 1/2 (0 s)", "letters: 2/2 (0 s)", "letters: 2/2 done"]


def test_work_that_fails_is_not_called_done(capsys):
    with pytest.raises(ZeroDivisionError):
        list(progress.track((1 / item for item in (1, 0)), "divide"))
    assert "done" not in capsys.readouterr().err


def test_a_terminal_gets_a_bar(monkeypatch):
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr("sys.stderr", terminal)
    assert list(progress.track([1, 2], "count")) == [1, 2]
    assert "count" in terminal.getvalue()
    assert "\r" in terminal.getvalue()

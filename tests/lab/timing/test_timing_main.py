import runpy
import sys

import pytest

from lab.timing import __main__ as timing


def test_at_a_word_it_does_not_know_it_says_what_it_can_measure(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["lab.timing", "everything"])
    monkeypatch.delitem(sys.modules, timing.__name__)
    with pytest.raises(SystemExit, match=r"lab\.timing pruning"):  # a text: its status is 1
        runpy.run_module("lab.timing", run_name="__main__")


@pytest.fixture
def called(monkeypatch) -> list[tuple[str, ...]]:
    """Replace every measurement by a note of its name and words."""
    calls: list[tuple[str, ...]] = []
    for name in list(timing.MEASURES):
        note = lambda *words, name=name: calls.append((name, *words))  # noqa: E731
        monkeypatch.setitem(timing.MEASURES, name, note)
    return calls


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ([], ("scoring",)),
        (["scoring", "data"], ("scoring", "data")),
        (["formats", "data", "1"], ("formats", "data", "1")),
        (["pipeline", "-S", "dataset=mitdb"], ("pipeline", "-S", "dataset=mitdb")),
        (["pruning", "tpe"], ("pruning", "tpe")),
    ],
)
def test_the_first_word_names_what_is_measured(called, words, call):
    timing.main(*words)
    assert called == [call]


def test_another_word_shows_the_usage(called):
    with pytest.raises(SystemExit, match=r"lab\.timing pipeline"):
        timing.main("everything")
    assert called == []


def test_a_command_that_fails_shows_its_last_lines(tmp_path):
    assert timing.time_command([sys.executable, "-c", "pass"], tmp_path) > 0
    with pytest.raises(SystemExit, match="ZeroDivisionError"):
        timing.time_command([sys.executable, "-c", "1/0"], tmp_path)


def test_the_yardstick_is_work():
    assert timing.time_yardstick(2) > timing.time_yardstick(0) > 0

"""The script of a sweep: a sweep, a worker or a single trial, by its configuration."""

import sys

import pytest

import search_architecture
from default_config import search_config, search_run_config


@pytest.mark.parametrize(
    ("settings", "mode"),
    [
        ({}, "run_sweep"),
        ({"worker": 0}, "run_worker"),
        ({"worker": 3}, "run_worker"),
        ({"trial": 0}, "repeat_trial"),
        ({"trial": 2, "worker": 1}, "repeat_trial"),
    ],
)
def test_the_configuration_says_what_is_run(monkeypatch, settings, mode):
    called = []
    for name in ("run_sweep", "run_worker", "repeat_trial"):
        monkeypatch.setattr(search_architecture, name, lambda _, name=name: called.append(name))
    search_architecture.search_architecture(search_run_config(search=search_config(**settings)))
    assert called == [mode]


def test_a_worker_gets_the_words_of_its_sweep_and_a_number(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["search_architecture.py", "search=smoke"])
    python, script, *words = search_architecture.worker_command(4)
    assert python == sys.executable
    assert script.endswith("src/search_architecture.py")
    assert words == ["search=smoke", "search.worker=4"]

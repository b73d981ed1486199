"""A trial tells refusals from failures and stops what takes too long."""

import time

import pytest

from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.files.errors import UserError
from lab.fuzzing import fuzz_trial as trial
from lab.fuzzing.specimens import Specimen


@pytest.fixture
def one(specimens: list[Specimen]) -> list[Specimen]:
    return [specimen for specimen in specimens if specimen.kind == "csv"]


def run(monkeypatch, one, model, tmp_path, fail) -> trial.Outcome:
    monkeypatch.setattr(trial, "open_record", fail)
    return trial.run_trial(0, one, load_detector(model), tmp_path)


@pytest.mark.parametrize("error", [ValueError("v"), KeyError("k"), MemoryError(), SystemExit(3)])
def test_any_other_error_is_a_failure(monkeypatch, one, model, tmp_path, error) -> None:
    def fail(*_, **__):
        raise error

    outcome = run(monkeypatch, one, model, tmp_path, fail)
    assert outcome.failed
    assert outcome.what == type(error).__name__


def test_a_refusal_is_none_unless_it_names_nothing(monkeypatch, one, model, tmp_path) -> None:
    def refuse(path, **_):
        raise UserError(path, "a rule", "a way out")

    assert not run(monkeypatch, one, model, tmp_path, refuse).failed

    def refuse_nothing(*_, **__):
        raise UserError("", "a rule", "a way out")

    assert run(monkeypatch, one, model, tmp_path, refuse_nothing).failed


@pytest.mark.parametrize("wait", [lambda: time.sleep(30), lambda: sum(1 for _ in range(10**9))])
def test_what_takes_too_long_is_stopped(monkeypatch, one, model, tmp_path, wait) -> None:
    monkeypatch.setattr(trial, "MAX_SECONDS", 0.02)
    monkeypatch.setattr(trial, "MAX_WAITING_S", 0.3)
    outcome = run(monkeypatch, one, model, tmp_path, lambda *_, **__: [wait() for _ in range(1)])
    assert outcome.what == "TookTooLongError"
    assert outcome.seconds < 10

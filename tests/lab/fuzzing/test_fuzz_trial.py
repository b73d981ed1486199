"""Two thousand spoilt files, and proof that the trial sees what it must see."""

import time
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.detector.package import load_detector
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record
from lab.fuzzing import fuzz_trial as trial
from lab.fuzzing.campaign import Tally, run_campaign
from lab.fuzzing.mutations import MUTATIONS, mutate
from lab.fuzzing.specimens import Specimen, make_specimens

CASES = 2000


@pytest.fixture(scope="module")
def specimens(tmp_path_factory: pytest.TempPathFactory) -> list[Specimen]:
    return make_specimens(tmp_path_factory.mktemp("specimens"))


def test_spoilt_files_are_read_or_refused(model: Path) -> None:
    tally = Tally()
    for seed, outcome in run_campaign(0, CASES, model):
        tally.add(seed, outcome)
    assert tally.failures == []
    assert sum(tally.counts.values()) == CASES
    kinds = {kind for kind, _ in tally.counts}
    assert kinds >= {"csv", "parquet", "edf", "edf+d", "wfdb 212", "wfdb segments", "detector"}
    totals = {w: sum(n for (_, x), n in tally.counts.items() if x == w) for w in trial.WELL}
    # Neither is everything refused, nor does anything go.
    assert min(totals.values()) > CASES / 50
    assert tally.slowest is not None


def test_every_specimen_is_sound(specimens: list[Specimen], tmp_path: Path) -> None:
    for i, specimen in enumerate(specimens):
        folder = tmp_path / str(i)
        folder.mkdir()
        for name, content in specimen.files.items():
            (folder / name).write_bytes(content)
        recording = open_record(folder / specimen.target, specimen.fs, specimen.unit)
        found = recording.read(0, recording.n_samples)
        gaps = specimen.kind in ("wfdb segments", "edf+d", "wfdb frames")
        assert np.isfinite(found).mean() > (0.4 if gaps else 0.99), specimen.kind


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.__name__)
@pytest.mark.parametrize("content", [b"", b"x", b"1 2\n3 four\n" * 99, bytes(1000)])
def test_a_mutation_takes_any_bytes_and_depends_on_its_seed_alone(mutation, content) -> None:
    results = [mutation(np.random.default_rng(seed), content) for seed in (1, 1)]
    assert results[0] == results[1]
    assert isinstance(mutate(np.random.default_rng(2), content), bytes)


@pytest.fixture
def one(specimens: list[Specimen]) -> list[Specimen]:
    return [specimen for specimen in specimens if specimen.kind == "csv"]


def run(monkeypatch, one, model, tmp_path, fail) -> trial.Outcome:
    monkeypatch.setattr(trial, "open_record", fail)
    return trial.run_trial(0, one, load_detector(model), tmp_path)


@pytest.mark.parametrize("error", [ValueError("v"), KeyError("k"), MemoryError(), SystemExit(3)])
def test_any_other_error_is_a_failure(monkeypatch, one, model, tmp_path, error) -> None:
    def fail(*_):
        raise error

    outcome = run(monkeypatch, one, model, tmp_path, fail)
    assert outcome.failed
    assert outcome.what == type(error).__name__


def test_a_refusal_is_none_unless_it_names_nothing(monkeypatch, one, model, tmp_path) -> None:
    def refuse(path, *_):
        raise UserError(path, "a rule", "a way out")

    assert not run(monkeypatch, one, model, tmp_path, refuse).failed

    def refuse_nothing(*_):
        raise UserError("", "a rule", "a way out")

    assert run(monkeypatch, one, model, tmp_path, refuse_nothing).failed


@pytest.mark.parametrize("wait", [lambda: time.sleep(30), lambda: sum(1 for _ in range(10**9))])
def test_what_takes_too_long_is_stopped(monkeypatch, one, model, tmp_path, wait) -> None:
    monkeypatch.setattr(trial, "MAX_SECONDS", 0.02)
    monkeypatch.setattr(trial, "MAX_WAITING_S", 0.3)
    outcome = run(monkeypatch, one, model, tmp_path, lambda *_: [wait() for _ in range(1)])
    assert outcome.what == "TookTooLongError"
    assert outcome.seconds < 10

"""Scoring, or refusing, what asks for far more than it is worth: in bounded memory and time."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import ecg_anomaly
from lab.attacks.attack_list import ATTACKS, Attack
from lab.attacks.attack_runs import measure_imports_mb, run_attack
from lab.attacks.hostile_records import write_many_leads, write_month_of_nothing
from lab.attacks.hostile_resting import write_week_of_parts

pytestmark = pytest.mark.slow

#: Other users of the machine may make the seconds this many times longer.
LOAD = 3

#: A smaller recording in the place of one whose parts take long together, and less time for it. It
#: is still far longer than what may be held in memory at once.
SMALLER = {
    "WFDB: 12 leads at 100 kHz for 2 min": (
        lambda folder: write_many_leads(folder, 12, 100_000, 1),
        10.0,
    ),
    "WFDB: one minute, then a month of nothing": (
        lambda folder: write_month_of_nothing(folder, 360, 1, days=7),
        3.0,
    ),
    "WFDB: a month of nothing between two minutes at 100 kHz": (
        lambda folder: write_month_of_nothing(folder, 10**5, 1, 1, days=7),
        3.0,
    ),
    "aECG: a second of ECG every two hours of a week": (
        lambda folder: write_week_of_parts(folder, 28),
        2.5,
    ),
}


@pytest.fixture(scope="module")
def imports_mb() -> float:
    """Measure the memory of the command before it reads anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(ecg_anomaly.__file__).parents[1]))
        return measure_imports_mb()


@pytest.fixture(autouse=True)
def same_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command run the code that is tested."""
    monkeypatch.setenv("PYTHONPATH", str(Path(ecg_anomaly.__file__).parents[1]))


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_memory_and_time_stay_within_their_bounds(attack: Attack, model, imports_mb):
    if attack.name in SMALLER:
        make, seconds = SMALLER[attack.name]
        attack = replace(attack, make=make, seconds=seconds)
    outcome = run_attack(attack, model, imports_mb)
    assert outcome.status in ((0, 1) if attack.status is None else (attack.status,)), outcome
    assert outcome.megabytes <= attack.megabytes, outcome
    assert outcome.seconds <= LOAD * attack.seconds, outcome
    assert len(outcome.first_line) < 400, outcome


def test_a_pipe_in_a_detector_is_refused(model, tmp_path):
    folder = tmp_path / "detector"
    shutil.copytree(model, folder)
    (folder / "sha256.json").unlink()
    os.mkfifo(folder / "sha256.json")
    attack = Attack("pipe", lambda folder: write_many_leads(folder, 1, 360, 1), status=1)
    outcome = run_attack(attack, folder, 0.0)
    assert outcome.status == 1
    assert "sha256.json: not JSON (no plain file)" in outcome.first_line

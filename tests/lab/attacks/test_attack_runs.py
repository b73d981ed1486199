"""An outcome holds when it is within the bounds and ends as wanted."""

import pytest

from default_config import pipeline_config
from lab.attacks.attack_list import Attack
from lab.attacks.attack_runs import Outcome, run_attack
from lab.attacks.hostile_records import write_many_leads
from toy_detector import write_toy_detector

ATTACK = Attack("x", lambda folder: folder, seconds=2, megabytes=100, status=1)


@pytest.mark.parametrize(
    ("outcome", "holds"),
    [
        (Outcome(1, 50, 1, "refused"), True),
        (Outcome(3, 50, 1, "too slow"), False),
        (Outcome(1, 150, 1, "too much"), False),
        (Outcome(1, 50, 0, "read what must be refused"), False),
        (Outcome(1, 50, None, "killed"), False),
        (Outcome(1, 50, 1, "x" * 600), False),
    ],
)
def test_every_bound_counts(outcome: Outcome, holds: bool):
    assert outcome.holds(ATTACK) == holds


def test_a_recording_is_scored_and_what_takes_too_long_is_killed(tmp_path):
    detector = write_toy_detector(tmp_path, pipeline_config())
    read = Attack("flat", lambda folder: write_many_leads(folder, 1, 360, 1), seconds=60)
    assert run_attack(read, detector, 0.0).status == 0
    hurried = Attack("flat", lambda folder: write_many_leads(folder, 1, 360, 1), seconds=0.01)
    assert run_attack(hurried, detector, 0.0).status is None

"""The table of pruned searches: luck, medians, and a process for each seed."""

import sys

import pytest

from lab.timing.pruning_table import describe_search, measure_luck, measure_pruning
from lab.timing.sweep_pruning import PrunedSearch


def searched(seed, again, found=()):
    return PrunedSearch(seed, 0.8, 180, list(again), list(found), 80, 20)


def test_luck_is_how_far_trainings_of_one_network_lie_apart():
    assert measure_luck([searched(1, (0.5, 0.5)), searched(2, (0.9, 0.9))]) == 0.0
    one_of_two = [searched(1, (0.5, 0.5)), searched(2, (0.7, 0.9))]
    assert measure_luck(one_of_two) == pytest.approx(0.1)


def test_a_search_that_never_got_there_says_so():
    assert describe_search(searched(4, (0.79, 0.81), [(9, 0.7)])).endswith("| not reached |")


FAKE_WORKER = """
import json, os, sys
file, sampler, seed = sys.argv[1:]
found = {"1": [[18, 0.8]], "2": [[36, 0.8]], "3": [[9, 0.795], [90, 0.7]]}[seed]
print("a line of another library")
print(json.dumps({"seed": int(seed), "best": 0.8, "budget": 180, "again": [0.79, 0.81],
                  "found": found, "epochs": 90, "trials": os.getpid()}))
"""


def test_each_seed_has_a_process_and_the_median_is_printed(tmp_path, capsys):
    worker = tmp_path / "worker.py"
    worker.write_text(FAKE_WORKER)
    measure_pruning([sys.executable, str(worker)], "curves.json", "random", "1", "2", "3")
    *rows, exact, near = capsys.readouterr().out.splitlines()
    pids = {row.split(" trials")[0].rsplit(" ", 1)[1] for row in rows[2:]}
    assert len(pids) == 3
    assert exact.endswith("10%, 20%, inf%; median 20%")
    assert "within 0.0141" in near
    assert near.endswith("10%, 20%, 5%; median 10%")

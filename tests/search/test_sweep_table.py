"""The progress of a sweep: counts, the best trial, what pruning saved, and the time left."""

import io

from ecg_anomaly.search.sweep_table import SweepTable, describe_params, epochs_saved
from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial, best_trial, count_states


def trial(number, state="finished", value=0.5, epochs=10, **rest):
    curve = [{"epoch": float(e), OBJECTIVE: value or 0.0} for e in range(1, epochs + 1)]
    known = {
        "params": {"model.units": 8, "training.noise": 0.123456},
        "reason": "",
        "duplicate_of": None,
    }
    return SweepTrial(number, state, **{**known, **rest}, value=value, epochs=curve,
                      worker="0 on w", seed=1, seconds=1.0)  # fmt: skip


class Terminal(io.StringIO):
    def isatty(self):
        return True


def show(trials, stream, n_trials=6):
    table = SweepTable(n_trials, 2, 10, stream)
    table.show(trials, last=True)
    return stream.getvalue()


TRIALS = [
    trial(0), trial(1, value=0.7), trial(2, "pruned", 0.2, epochs=3), trial(3, "failed", None, 0),
    trial(4, "killed", None, 2), trial(5, "running", None, 4), trial(6, "waiting", None, 0),
]  # fmt: skip


def test_a_line_says_how_far_the_sweep_is():
    said = show(TRIALS, io.StringIO())
    assert said.count("\n") == 1
    assert "4/6 trials (2 finished, 1 pruned, 1 failed, 1 running, 1 killed)" in said
    assert "best 0.70000 (trial 1: units 8, noise 0.123)" in said
    assert "7 epochs saved by pruning" in said
    assert "time left unknown" in said


def test_a_terminal_gets_a_table_that_is_drawn_over_itself():
    stream = Terminal()
    table = SweepTable(6, 2, 10, stream)
    table.show(TRIALS)
    first = stream.getvalue()
    table.show(TRIALS)
    assert "trial 5: epoch 4" in first
    rows = first.count("\n")
    assert stream.getvalue()[len(first) :].startswith(f"\x1b[{rows}A")
    assert stream.getvalue()[len(first) :].count("\n") == rows


def test_lines_are_not_said_twice_in_a_row():
    stream = io.StringIO()
    table = SweepTable(6, 2, 10, stream)
    for _ in range(5):
        table.show(TRIALS)
    assert stream.getvalue().count("\n") == 1


def test_a_sweep_without_trials_can_be_shown():
    said = show([], io.StringIO())
    assert "0/6" in said
    assert "best: none yet" in said


def test_the_end_says_how_long_it_took():
    assert "done in 0 s" in show([trial(n) for n in range(6)], io.StringIO())


def test_the_best_is_the_first_of_equals_and_never_a_pruned_one():
    equal = [trial(2, value=0.9), trial(1, value=0.9), trial(0, "pruned", 0.95)]
    assert best_trial(equal).number == 1
    assert best_trial([trial(0, "pruned")]) is None


def test_saved_epochs_know_how_long_a_trial_would_have_been():
    long = trial(0, "pruned", epochs=2, params={"training.epochs": 25})
    known = trial(1, "pruned", epochs=0, duplicate_of=0)
    assert epochs_saved([long, known, trial(2)], 10) == 23


def test_states_are_counted():
    assert count_states(TRIALS)["finished"] == 2
    assert describe_params(TRIALS[0]) == "units 8, noise 0.123"

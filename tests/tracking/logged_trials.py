"""Trials of a sweep as a study gives them, for the tests of their runs."""

from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial


def trial(number, state, n_epochs=2, value=None, **rest):
    epochs = [
        {"epoch": float(e), "loss": 1 / e, OBJECTIVE: 0.1 * e} for e in range(1, n_epochs + 1)
    ]
    known = {"reason": "", "duplicate_of": None, "params": {"model.units": 8}, **rest}
    return SweepTrial(number, state, value=value, epochs=epochs, worker="1 on here", seed=1,
                      seconds=0.0, **known)  # fmt: skip

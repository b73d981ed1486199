"""Samples of a window, several to an LSTM step: the rule, without Keras."""

from ecg_anomaly.files.errors import UserError


def check_samples_per_step(samples: int, samples_per_step: int) -> None:
    """Check that a window is a whole number of steps.

    Raises
    ------
    UserError
        When `samples_per_step` does not divide `samples`; it says what does.
    """
    if samples % samples_per_step:
        rule = f"{samples_per_step} does not divide the window of {samples} samples"
        fitting = [k for k in range(1, 17) if samples % k == 0]
        raise UserError("model.samples_per_step", rule, f"use one of {fitting}")

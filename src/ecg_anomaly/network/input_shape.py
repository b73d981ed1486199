"""The shape of one beat as a network takes it, and whether its window fits the LSTM steps."""

from dataclasses import dataclass

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError


@dataclass(frozen=True)
class InputShape:
    """Shape of one beat.

    Attributes
    ----------
    samples, channels : int
        Length and width of the sequence.
    features : int
        Number of scalar features.
    """

    samples: int
    channels: int
    features: int


def shape_of_beats(inputs: BeatInputs) -> InputShape:
    """Return the shape that all beats of a set share; the set may be empty."""
    _, samples, channels = inputs.sequence.shape
    return InputShape(samples, channels, inputs.features.shape[1])


def check_samples_per_step(samples: int, samples_per_step: int) -> None:
    """Check that a window is a whole number of LSTM steps.

    Several samples go into one step, see `ecg_anomaly.network.networks.fold_samples`. The check
    needs no Keras, so that a sweep can make it before anything slow is imported.

    Raises
    ------
    UserError
        When `samples_per_step` does not divide `samples`; it names the numbers up to 16 that do.
    """
    if samples % samples_per_step:
        rule = f"{samples_per_step} does not divide the window of {samples} samples"
        fitting = [k for k in range(1, 17) if samples % k == 0]
        raise UserError("model.samples_per_step", rule, f"use one of {fitting}")

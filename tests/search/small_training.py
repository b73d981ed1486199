"""A training that takes a second: toy beats, tiny networks, few epochs."""

from dataclasses import replace

import numpy as np

from default_config import model_config, pipeline_config, training_config
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.search.objective import TrialBeats, train_trial

TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))


def small_beats(make_inputs):
    """Make beats with labels, a few of them synthetic."""
    inputs = make_inputs(160)
    synthetic = np.where(inputs.anomalous & (np.arange(160) % 8 == 3), "anomaly", "").astype("<U8")
    return TrialBeats(replace(inputs, synthetic=synthetic), make_inputs(60, seed=1), TRANSFORM)


# Every kind learns from a multiple of ten beats: Keras would trace a step anew for a smaller batch.
def config_of(kind="lstm_contrast", epochs=3, **changes):
    sizes = {"units": 6, "latent_size": 4, "samples_per_step": 4, "dropout": 0.1, **changes}
    model = model_config(kind=kind, **sizes)
    training = training_config(epochs=epochs, batch_size=10, learning_rate=0.03, seed=5)
    return pipeline_config(model=model, training=training)


def run(beats, config):
    """Train one trial; return its value and every epoch."""
    epochs = []
    return train_trial(beats, config, epochs.append), epochs

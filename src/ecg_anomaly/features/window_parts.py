"""The parts of a beat's window: P wave, QRS complex, ST segment with T wave."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.features.beat_blocks import lay_in_blocks, per_beat, weigh_samples


def r_peak_index(config: PreprocessConfig) -> int:
    """Sample of the R peak in a window."""
    return BeatWindow.from_config(config).r_peak


def part_slice(name: str, config: PreprocessConfig) -> slice:
    """Find the samples of a part; what lies outside the window is left out, but for one sample."""
    return BeatWindow.from_config(config).part(name)


def part_weights(config: PreprocessConfig) -> NDArray[np.float32]:
    """Weights that turn samples over time into their mean over each of `PARTS`.

    Returns
    -------
    (3, window) float32
    """
    weights = np.zeros((len(PARTS), BeatWindow.from_config(config).n_samples), np.float32)
    for place, name in enumerate(PARTS):
        part = part_slice(name, config)
        weights[place, part] = 1 / (part.stop - part.start)
    return weights


def log_distance(means: NDArray[np.floating]) -> NDArray[np.floating]:
    """Log of the root of a mean square difference, in units of the patient's amplitude."""
    return np.log(np.sqrt(means) + 0.01)


def part_distances(
    beats: NDArray[np.floating], template: NDArray[np.floating], preprocess: PreprocessConfig
) -> NDArray[np.float64]:
    """Log root-mean-square distance from a template in each part of the window.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the patient's amplitude; the template may be one for all.
    preprocess : PreprocessConfig
        Gives the window.

    Returns
    -------
    (n, n_leads, 3) float64
        In the order of `PARTS`.
    """
    difference = beats - template
    blocks = lay_in_blocks(difference * difference, difference.dtype)
    means = per_beat(
        weigh_samples(part_weights(preprocess).astype(blocks.dtype), blocks), len(beats)
    )
    return np.asarray(log_distance(np.swapaxes(means, 1, 2).astype(np.float64)), np.float64)

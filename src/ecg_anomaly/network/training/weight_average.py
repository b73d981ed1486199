"""A running average of weights: what the last steps have in common.

Polyak and Juditsky 1992. Between two epochs of so small a training the weights wander by more than
they improve; their average does not.
"""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

#: Steps between two looks at the weights, after as many at each of which there is one (a training
#: may be over soon), and the share of the past that is kept at most.
EVERY, MOST = 5, 0.95


class WeightAverage:
    """Exponential average of a network's weights, fast at first and slow later.

    Parameters
    ----------
    network : keras.Model
        The network that is being trained.
    """

    def __init__(self, network: keras.Model) -> None:
        self._network, self._step = network, 0
        self.weights: list[NDArray[Any]] = network.get_weights()

    def update(self) -> None:
        """Take in the weights after one training step."""
        self._step += 1
        if self._step > EVERY and self._step % EVERY:
            return
        keep = min(MOST, self._step / (self._step + 20))
        now = self._network.get_weights()
        self.weights = [
            (keep * old + (1 - keep) * new).astype(np.asarray(new).dtype)
            for old, new in zip(self.weights, now, strict=True)
        ]

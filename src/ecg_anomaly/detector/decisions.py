"""What a detector says of a recording."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True)
class BeatDecisions:
    """Decisions for the beats of one recording.

    Attributes
    ----------
    sample : (n,) int64
        R peak in samples of the recording.
    time_s : (n,) float64
        R peak in s.
    score : (n,) float64
        Larger is more anomalous; NaN where the beat cannot be read.
    anomalous : (n,) bool
        Score above the threshold; never for a beat that cannot be read.
    unreadable : (n,) str
        Why a beat cannot be read, ``""`` when it can.
    """

    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    score: NDArray[np.float64]
    anomalous: NDArray[np.bool_]
    unreadable: NDArray[np.str_]

    def to_frame(self) -> pd.DataFrame:
        """Return a row per beat: ``sample``, ``time_s``, ``score``, ``anomalous``, ``readable``."""
        return pd.DataFrame(
            {
                "sample": self.sample,
                "time_s": self.time_s,
                "score": self.score,
                "anomalous": self.anomalous,
                "readable": self.unreadable == "",
            }
        )

"""Scores of labelled beats, kept so that later stages need no network."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.atomic import read_arrays, write_arrays


@dataclass(frozen=True)
class BeatScores:
    """Scores with what is needed to judge them.

    Attributes
    ----------
    score : (n,) float64
        Larger is more anomalous.
    record, subject, aami, symbol : (n,) str
    sample : (n,) int64
    """

    score: NDArray[np.float64]
    record: NDArray[np.str_]
    subject: NDArray[np.str_]
    aami: NDArray[np.str_]
    symbol: NDArray[np.str_]
    sample: NDArray[np.int64]

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """True where the beat has a class."""
        return self.aami != ""

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """True where the class is known and is not N."""
        return self.labelled & (self.aami != "N")

    @property
    def presumed_normal(self) -> NDArray[np.bool_]:
        """True for normal beats, and for every beat where nothing is labelled."""
        return self.aami == "N" if self.labelled.any() else np.ones(len(self.score), dtype=bool)

    def select(self, rows: NDArray[np.bool_]) -> "BeatScores":
        """Return the scores of a mask."""
        return BeatScores(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


def attach_scores(score: NDArray[np.float64], inputs: BeatInputs) -> BeatScores:
    """Put scores beside the beats they belong to."""
    names = [f.name for f in fields(BeatScores) if f.name != "score"]
    return BeatScores(score=score, **{name: getattr(inputs, name) for name in names})


def write_scores(path: str | Path, scores: BeatScores) -> None:
    """Write scores as one npz file."""
    write_arrays(path, {f.name: getattr(scores, f.name) for f in fields(scores)})


def read_scores(path: str | Path) -> BeatScores:
    """Read what `write_scores` wrote."""
    return BeatScores(**read_arrays(path))

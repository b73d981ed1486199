"""What a detector says of a recording."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


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
    unreadable : (n,) object
        Why a beat cannot be read, as str; ``""`` when it can.
    rr_s : (n,) float64
        Interval from the beat before in s; NaN for the first beat.
    reason : (n,) object
        Why a beat is flagged, as str; ``""`` when it is not.

    Notes
    -----
    Text is held as objects: a fixed width would take as much memory for each of a week's million
    beats as for the longest text.
    """

    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    score: NDArray[np.float64]
    anomalous: NDArray[np.bool_]
    unreadable: NDArray[Any]
    rr_s: NDArray[np.float64]
    reason: NDArray[Any]

    def __len__(self) -> int:
        return len(self.sample)

    def to_frame(self) -> "pd.DataFrame":
        """Return a row per beat: ``sample,time_s,score,anomalous,readable,rr_s,reason``."""
        import pandas as pd  # takes longer to import than a recording takes to score

        columns: dict[str, NDArray[Any]] = {
            "sample": self.sample,
            "time_s": self.time_s,
            "score": self.score,
            "anomalous": self.anomalous,
            "readable": self.unreadable == "",
            "rr_s": self.rr_s,
            "reason": self.reason,
        }
        return pd.DataFrame(columns)


def concatenate_decisions(parts: Iterable[BeatDecisions]) -> BeatDecisions:
    """Join the decisions of consecutive parts of a recording; of none there are none."""
    nothing = np.zeros(0)
    empty = BeatDecisions(
        sample=np.zeros(0, np.int64),
        time_s=nothing,
        score=nothing,
        anomalous=np.zeros(0, bool),
        unreadable=np.zeros(0, object),
        rr_s=nothing,
        reason=np.zeros(0, object),
    )
    columns = {name: [values] for name, values in vars(empty).items()}
    for part in parts:
        for name, pieces in columns.items():
            pieces.append(getattr(part, name))
    # One column after the other, so that not all of them are in memory twice.
    return BeatDecisions(**{name: np.concatenate(columns.pop(name)) for name in list(columns)})

"""The inputs of a detector for some beats, and the file that stage `features` writes of them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.array_tables import select_rows


@dataclass(frozen=True)
class BeatInputs:
    """Readable beats with what a detector is given of them, and where they come from.

    Attributes
    ----------
    sequence : (n, window, n_channels) float32
        Input of the LSTM.
    features : (n, k) float32
        Selected and scaled numbers.
    odds : (n,) float32
        Log odds that a beat is abnormal by its RR intervals alone; 0 where nothing is known.
    rule : (n, 3) float32
        Template distance and the two log RR ratios that the no-training rules use; NaN where
        the data set has none.
    record, subject : (n,) str
    sample : (n,) int64
    symbol, aami : (n,) str
        ``""`` where nobody labelled the beat.
    synthetic : (n,) str
        ``""`` for a beat that was recorded. ``"anomaly"`` for one altered from a normal beat,
        ``"rhythm"`` for a normal one put into another rhythm, ``"run"`` for an abnormal one put
        into a run, ``"block"`` for one whose subject was given a bundle branch block; `aami` then
        is the class that it stands for. ``"noise"`` for a beat of a noisy copy of a record.
    """

    sequence: NDArray[np.float32]
    features: NDArray[np.float32]
    odds: NDArray[np.float32]
    rule: NDArray[np.float32]
    record: NDArray[np.str_]
    subject: NDArray[np.str_]
    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    aami: NDArray[np.str_]
    synthetic: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.sample)

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """True where the beat has a class."""
        return self.aami != ""

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """True where the class is known and is not N."""
        return self.labelled & (self.aami != "N")

    @property
    def made_of_normal(self) -> NDArray[np.bool_]:
        """True for the synthetic beats that were made from normal ones."""
        blocked = (self.synthetic == "block") & (self.aami == "N")
        return np.isin(self.synthetic, ["anomaly", "rhythm"]) | blocked

    @property
    def presumed_normal(self) -> NDArray[np.bool_]:
        """True for normal beats, and for every beat of a data set without labels."""
        labelled = self.aami[self.recorded] != ""
        return self.recorded & ((self.aami == "N") if labelled.any() else True)

    @property
    def recorded(self) -> NDArray[np.bool_]:
        """True for beats that were recorded, and are not synthetic."""
        return self.synthetic == ""

    def without_noisy_copies(self) -> "BeatInputs":
        """Return the beats but those of noisy copies of records."""
        return self.select(self.synthetic != "noise")

    def select(self, rows: NDArray[Any]) -> "BeatInputs":
        """Return the beats of a mask or of indices."""
        return select_rows(self, rows)


def unlabelled_inputs(
    sequence: NDArray[np.float32],
    features: NDArray[np.float32],
    odds: NDArray[np.floating] | None = None,
) -> BeatInputs:
    """Take beats that are only to be scored.

    Parameters
    ----------
    sequence, features, odds : (n, window, channels), (n, k), (n,) arrays
        As in `BeatInputs`; without `odds` nothing is known by the intervals.
    """
    n = len(sequence)
    nameless = np.zeros(n, "<U1")
    return BeatInputs(
        sequence=sequence,
        features=features,
        odds=np.zeros(n, np.float32) if odds is None else odds.astype(np.float32),
        rule=np.full((n, 3), np.nan, np.float32),
        record=nameless,
        subject=nameless,
        sample=np.zeros(n, np.int64),
        symbol=nameless,
        aami=nameless,
        synthetic=nameless,
    )

"""Keep one beat of each slot of the last hour of a record, and add slots as they end."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.config.pipeline_schema import FeaturesConfig
from ecg_anomaly.features.beat_buffer import State, check_columns
from ecg_anomaly.features.slot_beats import (
    MOST_SLOTS,
    SLOT_KINDS,
    SlotBeats,
    choose_slot_beats,
    slot_length_s,
)


class SlotBuffer:
    """The slots of the last hour of a running record.

    Parameters
    ----------
    features : FeaturesConfig
        ``slow_history_s`` and ``regular_rr``.
    lead : int
        Column of the lead that beats are read on as a rule.
    """

    def __init__(self, features: FeaturesConfig, lead: int) -> None:
        self._features, self._lead = features, lead
        self._slot_s = slot_length_s(features.slow_history_s)
        self._slots: SlotBeats | None = None
        self._next = 0

    @property
    def end_s(self) -> float:
        """End of the slots that have been added, in s: no earlier beat is needed for another."""
        return self._next * self._slot_s

    def add(
        self, known: DetectedBeats, previous_s: NDArray[np.float64], time_s: float
    ) -> SlotBeats:
        """Add the slots that are over.

        Parameters
        ----------
        known : DetectedBeats
            Consecutive beats from `end_s`, or the record's first, on.
        previous_s : (n,) float64
            RR interval before each in s; NaN where unknown.
        time_s : float
            Slots that end before are over.

        Returns
        -------
        SlotBeats
            Those of the hour before each of the beats up to `time_s` that had no slot yet.
        """
        first = self._next or int(known.time_s[0] // self._slot_s)
        self._next = max(first, int(time_s // self._slot_s))
        if self._slots is not None and self._next == first:
            return self._slots
        new = choose_slot_beats(known, previous_s, self._features, first, self._next, self._lead)
        slots = self._slots.followed_by(new) if self._slots else new
        self._slots = slots.select(slice(-MOST_SLOTS, None))
        return slots

    def state(self) -> State:
        """Return the slots as arrays."""
        slots = vars(self._slots) if self._slots else {}
        return {name: values.copy() for name, values in slots.items()} | {
            "next": np.array(self._next)
        }

    def restore(self, state: State) -> None:
        """Go on from the arrays that `state` returned.

        Raises
        ------
        ValueError
            When it is no state.
        """
        columns = dict(state)
        number = columns.pop("next", np.zeros(1))
        if number.shape or number.dtype.kind != "i":
            raise ValueError("the number of the next slot of beats is no number")
        if columns:
            check_columns(columns, SLOT_KINDS)
        self._next, self._slots = int(number), SlotBeats(**columns) if columns else None

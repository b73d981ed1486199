"""A recording of bumps with decisions on its beats, and the summary of both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from toy_decisions import make_decisions

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.records.ecg_signals import LeftOut
from ecg_anomaly.triage.recording_summary import summarize
from ecg_anomaly.triage.unreadable import Segment

REASONS = (
    "premature by 38 % (RR 0.52 s, usual 0.84 s); no P wave where it usually stands (II)",
    "wide QRS complex: 164 ms, usually 92 ms; QRS complex points the other way (V1)",
    "ST segment and T wave unlike the usual beat (II, V1)",
    "shape and rhythm together unlike the usual beat",
)
DETECTOR = {
    "name": "data/model",
    "id": "f" * 64,
    "trained_on": "simulated",
    "threshold": 1.5,
    "stated_false_alarm_rate": 0.02,
}


class DrawnRecording:
    """A bump at every beat, in every lead."""

    source, header_sha256 = Path("r.hea"), "0" * 64
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()

    def __init__(
        self,
        time_s: np.ndarray,
        duration_s: float,
        fs: float = 250.0,
        leads: tuple[str, ...] = ("II", "V1"),
        name: str = "r",
        fill: float | None = None,
    ) -> None:
        self.name, self.fs, self.leads = name, fs, leads
        self.n_samples, self._time_s, self._fill = round(duration_s * fs), time_s, fill
        self.n_read = 0

    def next_stored(self, start: int) -> int:
        return start

    def read(self, start: int, stop: int, columns: Sequence[int] | None = None) -> np.ndarray:
        assert 0 <= start <= stop <= self.n_samples
        self.n_read += stop - start
        at = np.arange(start, stop) / self.fs
        near = self._time_s[np.abs(self._time_s - (start + stop) / 2 / self.fs) < 10]
        lead = np.exp(-0.5 * ((at[:, None] - near) / 0.012) ** 2).sum(axis=1)
        if self._fill is not None:
            lead[:] = self._fill
        n_leads = len(self.leads) if columns is None else len(columns)
        return np.stack([lead] * n_leads, axis=1).astype(np.float32)


def decide(
    time_s: np.ndarray,
    flagged: np.ndarray,
    reasons: list[str] | None = None,
    score: np.ndarray | None = None,
    **changes: Any,
) -> BeatDecisions:
    """Decisions on beats at given times: reasons in turn unless given for each flagged beat."""
    n = len(time_s)
    reason = np.full(n, "", dtype=object)
    rows = np.flatnonzero(flagged)
    reason[rows] = reasons or [REASONS[k % len(REASONS)] for k in range(len(rows))]
    values = {
        "sample": np.rint(time_s * 250).astype(np.int64),
        "time_s": time_s,
        "score": np.where(flagged, 2.0, 0.0) if score is None else score,
        "anomalous": flagged,
        "unreadable": np.full(n, "", dtype="<U16"),
        "rr_s": np.diff(time_s, prepend=np.nan),
        "reason": reason.astype(str),
        **changes,
    }
    return make_decisions(n, **values)


def summed(
    recording: DrawnRecording, decisions: BeatDecisions, segments: list[Segment] | None = None
) -> dict[str, Any]:
    return summarize(
        recording, decisions, segments or [], DETECTOR, history_s=300.0, history_beats=64
    )

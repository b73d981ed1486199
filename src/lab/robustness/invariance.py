"""Records stored or recorded in other ways, scored beside what they are."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record
from lab.robustness.comparison import Comparison, compare_decisions, join_comparisons
from lab.robustness.recording_metrics import Metrics, evaluate_recordings
from lab.robustness.recording_variants import STORED, signal_variants, store_record
from lab.robustness.scored_recording import ScoredRecording

#: Name of the record as it is.
PLAIN = "as it is"


@dataclass(frozen=True)
class InvarianceRow:
    """What one way of storing or recording changes.

    Attributes
    ----------
    name : str
        The way.
    figures : Figures
        Of whole recordings.
    change : Comparison
        Against the recordings as they are.
    """

    name: str
    metrics: Metrics
    change: Comparison


def vary_record(record: Record, detector: Detector) -> Iterator[tuple[str, ScoredRecording]]:
    """Score an annotated record of two leads as it is and in every way, the plain one first."""
    yield PLAIN, ScoredRecording.of(record, score_recording(detector, record, threads=1))
    with tempfile.TemporaryDirectory() as temporary:
        for name in STORED:
            table = store_record(record, Path(temporary), name)
            yield name, ScoredRecording.of(record, score_recording(detector, table, threads=1))
    for name, change in signal_variants().items():
        other = change(record)
        yield name, ScoredRecording.of(other, score_recording(detector, other, threads=1))


def evaluate_variants(
    scored: dict[str, list[ScoredRecording]], threshold: float
) -> list[InvarianceRow]:
    """Judge every way; recordings in the same order in each."""
    return [
        InvarianceRow(
            name,
            evaluate_recordings(recordings, threshold),
            join_comparisons(
                [
                    compare_decisions(plain.decisions, other.decisions)
                    for plain, other in zip(scored[PLAIN], recordings, strict=True)
                ]
            ),
        )
        for name, recordings in scored.items()
    ]

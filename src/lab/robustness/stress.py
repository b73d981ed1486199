"""Records under noise of falling ratio, scored and judged."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record
from lab.robustness.added_noise import CLEAN_S, add_noise, noisy_spans
from lab.robustness.recording_metrics import Metrics, evaluate_recordings
from lab.robustness.scored_recording import ScoredRecording

#: Ratios of signal to noise in dB, as in the Noise Stress Test Database.
SNR_DB = (24.0, 18.0, 12.0, 6.0, 0.0, -6.0)

#: Name of what has no noise.
CLEAN = "none"


@dataclass(frozen=True, order=True)
class Condition:
    """A noise and its ratio in dB, which is infinite without noise."""

    noise: str
    snr_db: float


@dataclass(frozen=True)
class StressRow:
    """What noise of one kind and ratio does.

    Attributes
    ----------
    condition : Condition
    noisy : Figures
        Of the noisy minutes; without noise of the same minutes.
    scored : Figures
        Of everything after the first five minutes, as EC57 scores.
    """

    condition: Condition
    noisy: Metrics
    scored: Metrics


def score_record(record: Record, detector: Detector) -> ScoredRecording:
    """Score an annotated record; to be judged in its noisy minutes."""
    decisions = score_recording(detector, record, threads=1)
    return ScoredRecording.of(record, decisions, noisy_spans(record.duration_s))


def stress_record(
    record: Record, noises: Mapping[str, NDArray[np.floating]], detector: Detector
) -> Iterator[tuple[Condition, ScoredRecording]]:
    """Score a record as it is, and with each noise at each ratio of `SNR_DB`."""
    yield Condition(CLEAN, math.inf), score_record(record, detector)
    for name, noise in noises.items():
        for snr_db in SNR_DB:
            noisy = add_noise(record, noise, snr_db)
            yield Condition(name, snr_db), score_record(noisy, detector)


def evaluate_stress(
    condition: Condition, scored: list[ScoredRecording], threshold: float
) -> StressRow:
    """Judge the recordings of one condition together."""
    later = [replace(one, spans=_after_learning(one)) for one in scored]
    return StressRow(
        condition, evaluate_recordings(scored, threshold), evaluate_recordings(later, threshold)
    )


def _after_learning(one: ScoredRecording) -> list[tuple[float, float]]:
    return [(CLEAN_S, one.duration_s)] if one.duration_s > CLEAN_S else []

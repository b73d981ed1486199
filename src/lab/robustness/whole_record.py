"""A record scored in one piece, on the path of the benchmark's detected R peaks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.lead_choice import only_first_lead
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PipelineConfig
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.records.record import Record
from lab.benchmark.reading import read_protocol_beats


@dataclass(frozen=True)
class WholeRecord:
    """What the benchmark's path says of a record.

    Attributes
    ----------
    sample : (n,) int64
        Found R peaks.
    unreadable : (n,) str
        ``""`` for a beat that can be read.
    inputs : BeatInputs
        Of those that can be read.
    alone : (m,) bool
        Of the same, True for those that have no lead but the first.
    """

    sample: NDArray[np.int64]
    unreadable: NDArray[np.str_]
    inputs: BeatInputs
    alone: NDArray[np.bool_]

    def decide(self, detector: Detector, fs: float) -> BeatDecisions:
        """Put the scores into the form of a detector's decisions, without reasons."""
        score, time_s = self.score(detector), self.sample / fs
        flagged = np.nan_to_num(score, nan=-np.inf) > detector.threshold
        reason = np.full(len(score), "", dtype=object)
        rr_s = np.diff(time_s, prepend=np.nan)
        return BeatDecisions(
            self.sample, time_s, score, flagged, self.unreadable.astype(object), rr_s, reason
        )

    def score(self, detector: Detector) -> NDArray[np.float64]:
        """Score of each found beat; NaN where it cannot be read."""
        score = np.full(len(self.sample), np.nan)
        if len(self.inputs):
            score[self.unreadable == ""] = detector.score_inputs(self.inputs, self.alone)
        return score


@dataclass(frozen=True)
class PathDifference:
    """Where a detector and the benchmark's path differ.

    Attributes
    ----------
    n_beats, n_abnormal : int
        Beats and flags of the detector.
    beats : int
        Found by one of the two alone.
    unreadable, flags : int
        Among those found by both.
    score : float
        Largest difference among those that both can read; 0 when there is none.
    """

    n_beats: int
    n_abnormal: int
    beats: int
    unreadable: int
    flags: int
    score: float


def read_whole(record: Record, detector: Detector) -> WholeRecord:
    """Cut and describe the detected beats of an annotated record with a detector's settings."""
    dataset = DatasetConfig(leads=detector.leads)
    config = PipelineConfig(
        dataset=dataset, preprocess=detector.preprocess, features=detector.features
    )
    beats = read_protocol_beats([record], config).detected
    assert beats is not None  # the record is continuous
    described, _ = describe_record(beats, config.features, config.preprocess)
    inputs = assemble_inputs(beats, described, detector.transform, beats.readable)
    alone = only_first_lead(beats.waveform[beats.readable])
    return WholeRecord(beats.sample, beats.unreadable, inputs, alone)


def compare_paths(decisions: BeatDecisions, whole: BeatDecisions) -> PathDifference:
    """Count what differs, to the last beat."""
    _, mine, other = np.intersect1d(decisions.sample, whole.sample, return_indices=True)
    gap = np.abs(decisions.score[mine] - whole.score[other])
    return PathDifference(
        n_beats=len(decisions),
        n_abnormal=int(decisions.anomalous.sum()),
        beats=len(decisions) + len(whole.sample) - 2 * len(mine),
        unreadable=int((decisions.unreadable[mine] != whole.unreadable[other]).sum()),
        flags=int((decisions.anomalous[mine] != whole.anomalous[other]).sum()),
        score=float(np.nanmax(gap)) if np.isfinite(gap).any() else 0.0,
    )


def join_differences(parts: list[PathDifference]) -> PathDifference:
    """Add up counts, take the largest difference."""
    return PathDifference(
        n_beats=sum(p.n_beats for p in parts),
        n_abnormal=sum(p.n_abnormal for p in parts),
        beats=sum(p.beats for p in parts),
        unreadable=sum(p.unreadable for p in parts),
        flags=sum(p.flags for p in parts),
        score=max(p.score for p in parts),
    )

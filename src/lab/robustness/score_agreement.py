"""Compare scores of Keras with those of ONNX, and `ecg-anomaly score` with the benchmark's path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import RatedBeats, limit_by_recent_quality
from ecg_anomaly.beats.lead_choice import only_first_lead
from ecg_anomaly.config.data_schema import unlabelled_dataset
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.records.record import Record
from lab.benchmark.protocol_beats import read_protocol_beats


@dataclass(frozen=True)
class Parity:
    """Largest differences between the scores of two engines.

    Attributes
    ----------
    n_beats : int
    score, probability : float
        Largest difference of a score (log odds of "not normal") and of any class's probability;
        an autoencoder has no probabilities and gets 0.
    n_flags : int
        Beats that only one of the engines flags.
    largest_score : float
        Largest absolute score: differences in single precision grow with it.
    """

    n_beats: int
    score: float
    probability: float
    n_flags: int
    largest_score: float


def compare_engines(
    one: BeatScorer, other: BeatScorer, inputs: BeatInputs, threshold: float
) -> Parity:
    """Score one beat or more with both engines and compare."""
    scores = [scorer.score(inputs) for scorer in (one, other)]
    outputs = [scorer.explain(inputs).get("probability", np.zeros(1)) for scorer in (one, other)]
    flags = [decide(score, threshold) for score in scores]
    return Parity(
        n_beats=len(inputs),
        score=float(np.abs(scores[0] - scores[1]).max()),
        probability=float(np.abs(outputs[0].astype(float) - outputs[1]).max()),
        n_flags=int((flags[0] != flags[1]).sum()),
        largest_score=float(np.abs(scores[0]).max()),
    )


def join_parities(parts: list[Parity]) -> Parity:
    """Add up the counts and take the largest differences."""
    return Parity(
        n_beats=sum(p.n_beats for p in parts),
        score=max(p.score for p in parts),
        probability=max(p.probability for p in parts),
        n_flags=sum(p.n_flags for p in parts),
        largest_score=max(p.largest_score for p in parts),
    )


@dataclass(frozen=True)
class WholeRecord:
    """A record's beats, cut and described in one piece as the benchmark does it.

    Attributes
    ----------
    sample : (n,) int64
        Detected R peaks.
    unreadable : (n,) str
        ``""`` for a readable beat.
    quality : (n,) float32
        From 1, without noise, to 0.
    inputs : BeatInputs
        Of the readable beats.
    alone : (m,) bool
        True for readable beats of which only the first lead is present.
    """

    sample: NDArray[np.int64]
    unreadable: NDArray[np.str_]
    quality: NDArray[np.float32]
    inputs: BeatInputs
    alone: NDArray[np.bool_]

    def decide(self, detector: Detector, fs: float) -> BeatDecisions:
        """Return the scores as a detector's decisions, without reasons."""
        score, time_s = self.score(detector, fs), self.sample / fs
        flagged = decide(score, detector.threshold)
        reason = np.full(len(score), "", dtype=object)
        rr_s = np.diff(time_s, prepend=np.nan)
        unreadable, whole = self.unreadable.astype(object), np.zeros(len(score), dtype=bool)
        return BeatDecisions(
            self.sample,
            time_s,
            score,
            flagged,
            unreadable,
            self.quality,
            whole,
            whole,
            rr_s,
            reason,
        )

    def score(self, detector: Detector, fs: float) -> NDArray[np.float64]:
        """Return the score of each detected beat; NaN for an unreadable one."""
        score = np.full(len(self.sample), np.nan)
        if len(self.inputs):
            rows = self.unreadable == ""
            rated = RatedBeats(self.quality, self.unreadable, self.sample / fs)
            quality = limit_by_recent_quality([rated])[rows]
            score[rows] = detector.score_inputs(self.inputs, self.alone, quality).score
        return score


@dataclass(frozen=True)
class PathDifference:
    """Differences between `Detector.score` and the benchmark's path.

    Attributes
    ----------
    n_beats, n_abnormal : int
        Beats and flags of the detector.
    beats : int
        Detected by only one of the two.
    unreadable, flags : int
        Different among those detected by both.
    score : float
        Largest difference among those readable for both; 0 when there is none.
    """

    n_beats: int
    n_abnormal: int
    beats: int
    unreadable: int
    flags: int
    score: float


def read_whole(record: Record, detector: Detector) -> WholeRecord:
    """Cut and describe the detected beats of an annotated record with a detector's settings."""
    dataset = unlabelled_dataset(detector.leads)
    beats = read_protocol_beats([record], dataset, detector.preprocess).detected
    assert beats is not None  # the record is continuous
    described, context = describe_record(beats, detector.features, detector.window)
    assert context is not None
    inputs = assemble_inputs(beats, described, detector.transform, beats.readable)
    alone = only_first_lead(context.waveform[beats.readable])
    return WholeRecord(beats.sample, beats.unreadable, beats.quality, inputs, alone)


def compare_paths(decisions: BeatDecisions, whole: BeatDecisions) -> PathDifference:
    """Count the differences between two sets of decisions at the same samples."""
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
    """Add up the counts and take the largest difference."""
    return PathDifference(
        n_beats=sum(p.n_beats for p in parts),
        n_abnormal=sum(p.n_abnormal for p in parts),
        beats=sum(p.beats for p in parts),
        unreadable=sum(p.unreadable for p in parts),
        flags=sum(p.flags for p in parts),
        score=max(p.score for p in parts),
    )

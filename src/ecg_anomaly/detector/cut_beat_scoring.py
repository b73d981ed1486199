"""Score a record of beats that were cut out beforehand, such as those of ECG5000."""

from dataclasses import replace

import numpy as np

from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.data_schema import unlabelled_dataset
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.joint_scoring import refuse_unscored
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.records.record import Record


def score_cut_beats(detector: Detector, record: Record) -> BeatDecisions:
    """Score a record of beats that were cut out beforehand, such as ECG5000.

    Parameters
    ----------
    detector : Detector
    record : Record
        With a ``segment_length``; annotations are not used.

    Returns
    -------
    BeatDecisions
        RR intervals are NaN, because the beats do not follow each other.
    """
    blind = replace(record, annotations=None)
    beats, _ = cut_beats(blind, unlabelled_dataset(detector.leads), detector.preprocess)
    score, probability = np.full(len(beats), np.nan), np.full(len(beats), np.nan, np.float32)
    aami = np.full(len(beats), "", object)
    if beats.readable.any():
        described, _ = describe_record(beats, detector.features, detector.window)
        inputs = assemble_inputs(beats, described, detector.transform, beats.readable)
        found, rows = detector.scorer.evaluate(inputs), beats.readable
        score[rows], aami[rows], probability[rows] = found.score, found.aami, found.probability
        refuse_unscored(score[beats.readable], beats.time_s[beats.readable], record.name)
    flagged = decide(score, detector.threshold)
    aami[~flagged], probability[~flagged] = "", np.nan
    reason = np.where(flagged, "shape unlike the usual beats", "").astype(object)
    no_rr = np.full(len(beats), np.nan)
    unreadable = beats.unreadable.astype(object)
    whole = np.zeros(len(beats), dtype=bool)
    return BeatDecisions(
        beats.sample, beats.time_s, score, flagged, unreadable, beats.quality, whole, whole, no_rr,
        reason, aami, probability,
    )  # fmt: skip

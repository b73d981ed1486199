"""The scores of a detector for the reference beats of a protocol, and its metrics per resample."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from ecg_anomaly.evaluation.metrics.bootstrap import (
    Ranking,
    count_outcomes,
    rank_beats,
    ranking_metrics,
)
from ecg_anomaly.evaluation.metrics.decision_metrics import Confusion, compute_rates
from ecg_anomaly.evaluation.report.detector_ec57 import compare_detector, name_calls
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.beat_labels import aami_class, is_beat
from ecg_anomaly.records.record import Record

#: Metrics that are compared, as configuration and tables name them; less is better of the last one.
FIGURES = (
    "average_precision", "f1", "veb_sensitivity", "veb_predictivity", "sveb_sensitivity",
    "sveb_predictivity", "false_alarm_rate",
)  # fmt: skip

#: Largest distance in s of a found beat from the reference beat that it is: EC57's match window.
REACH_S = 0.15


@dataclass(frozen=True)
class ProtocolScores:
    """A detector's scores of the reference beats of all subjects of a protocol.

    Attributes
    ----------
    subjects : tuple of str
        Every subject, sorted; a resample is a weight for each.
    subject : (n,) str
        Subject of each beat.
    anomalous : (n,) bool
        Whether the reference calls the beat abnormal; False for an extra beat of the detector.
    score : (n,) float64
        Score of the detector; -inf for a beat that it did not find or could not read.
    flagged : (n,) bool
        Whether the score is above the detector's threshold.
    ectopic : (n_subjects, 8) float64
        Counts by EC57, for VEB and then SVEB: numerator and denominator of sensitivity, then of
        positive predictivity.
    """

    subjects: tuple[str, ...]
    subject: NDArray[np.str_]
    anomalous: NDArray[np.bool_]
    score: NDArray[np.float64]
    flagged: NDArray[np.bool_]
    ectopic: NDArray[np.float64]

    def figures(self, weight: NDArray[np.float64]) -> dict[str, float]:
        """Compute every one of `FIGURES` when each subject counts `weight`, (n_subjects,), times.

        Returns
        -------
        dict
            NaN for a metric with a denominator of 0.
        """
        ranking, outcomes = self._prepared
        rates = compute_rates(Confusion(*(weight @ outcomes)))
        hits, of = (weight @ self.ectopic).reshape(-1, 2).T
        shares = np.divide(hits, of, out=np.full(len(of), np.nan), where=of > 0)
        values = (
            ranking_metrics(ranking, weight)["average_precision"],
            rates["f1"],
            *shares.tolist(),
            1 - rates["specificity"],
        )
        return dict(zip(FIGURES, values, strict=True))

    @cached_property
    def _prepared(self) -> tuple[Ranking, NDArray[np.float64]]:
        """Sort the beats and count the outcomes of each subject, once for all resamples."""
        owner = np.searchsorted(np.array(self.subjects), self.subject)
        outcomes = count_outcomes(self.anomalous, self.flagged, owner, len(self.subjects))
        return rank_beats(self.anomalous, self.score, owner), outcomes


@dataclass(frozen=True)
class FoundBeats:
    """What a detector found in one recording, in the order of time.

    Attributes
    ----------
    sample : (n,) int64
        R peaks of the beats that it could read, in samples.
    score : (n,) float64
        Larger is more anomalous.
    flagged : (n,) bool
        Its decision.
    aami : (n,) str
        Class of a flagged beat; ``""`` where the network knows none.
    """

    sample: NDArray[np.int64]
    score: NDArray[np.float64]
    flagged: NDArray[np.bool_]
    aami: NDArray[np.str_]


def collect_scores(
    records: Sequence[Record], found: Sequence[FoundBeats], escape_beats: str
) -> ProtocolScores:
    """Match the beats that a detector found in each record with the reference beats.

    Parameters
    ----------
    records : sequence of Record
        With annotations; the signal is not used.
    found : sequence of FoundBeats
        One for each record.
    escape_beats : {"S", "N"}
        AAMI class of escape beats.
    """
    parts = [_match(r, f, escape_beats) for r, f in zip(records, found, strict=True)]
    counts = [len(part[0]) for part in parts]
    anomalous, score, flagged = (np.concatenate(column) for column in zip(*parts, strict=True))
    subjects = sorted({record.subject for record in records})
    ectopic = _count_ectopic(_compare(records, found), records, subjects)
    subject = np.repeat(np.array([record.subject for record in records]), counts)
    return ProtocolScores(tuple(subjects), subject, anomalous, score, flagged, ectopic)


def _match(
    record: Record, found: FoundBeats, escape_beats: str
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_]]:
    """Return truth, score and decision of each reference beat, then of each extra beat."""
    assert record.annotations is not None
    beats = is_beat(record.annotations.symbol)
    aami = aami_class(record.annotations.symbol[beats], escape_beats)
    pair = match_beats(record.annotations.sample[beats], found.sample, REACH_S * record.fs)
    score, flagged = np.full(len(aami), -np.inf), np.zeros(len(aami), bool)
    score[pair[pair >= 0]] = found.score[pair >= 0]
    flagged[pair[pair >= 0]] = found.flagged[pair >= 0]
    extra = pair < 0
    return (
        np.append(aami != "N", np.zeros(int(extra.sum()), bool)),
        np.append(score, found.score[extra]),
        np.append(flagged, found.flagged[extra]),
    )


def _compare(records: Sequence[Record], found: Sequence[FoundBeats]) -> Ec57Report:
    counts = [len(f.sample) for f in found]
    sample, score, flagged, aami = (
        np.concatenate([getattr(f, name) for f in found])
        for name in ("sample", "score", "flagged", "aami")
    )
    names = np.repeat(np.array([record.name for record in records]), counts)
    nothing = np.full(len(sample), "", dtype="<U1")
    scores = BeatScores(score, names, names, nothing, nothing, sample)
    return compare_detector(scores, name_calls(flagged, aami.astype("<U1")), records)[0]


def _count_ectopic(
    report: Ec57Report, records: Sequence[Record], subjects: list[str]
) -> NDArray[np.float64]:
    owner = {record.name: subjects.index(record.subject) for record in records}
    counts = np.zeros((len(subjects), 8))
    for compared in report.records:
        ratios = [
            ratio
            for label in "VS"
            for ratio in (compared.beats.sensitivity(label), compared.beats.predictivity(label))
        ]
        counts[owner[compared.record]] += [n for ratio in ratios for n in (ratio.hits, ratio.of)]
    return counts

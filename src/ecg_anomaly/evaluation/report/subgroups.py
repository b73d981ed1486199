"""Metrics of one detector on groups of test beats, with intervals over the subjects of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.report.beat_conditions import Groups
from ecg_anomaly.evaluation.report.detector_metrics import interval_rows, overall_metrics
from ecg_anomaly.network.beat_scores import BeatScores

#: Metrics of a group. Precision, F1 and average precision are left out: they depend on how many
#: beats are abnormal, so that they would not compare groups.
METRICS = ("auroc", "recall", "specificity")


def subgroup_rows(
    scores: BeatScores,
    labelled: NDArray[np.bool_],
    groups: Groups,
    threshold: float,
    config: EvaluationConfig,
) -> list[dict[str, Any]]:
    """Evaluate a detector on every group that has a labelled beat.

    Parameters
    ----------
    scores : BeatScores
        Scores of the labelled beats.
    labelled : (n,) bool
        Which of the grouped beats are labelled: `scores` holds these, in the same order.
    groups : mapping
        From `group_beats`.
    threshold : float
        Beats that score more are flagged.
    config : EvaluationConfig
        Size, coverage and seed of the bootstrap.

    Returns
    -------
    list of dict
        ``by`` and ``group``; numbers of ``subjects``, ``beats`` and ``abnormal`` beats; each of
        `METRICS` with the limits of its interval, such as ``recall_low`` and ``recall_high``. None
        where a number is undefined, as for the interval of a single subject.
    """
    rows = []
    for by, (number, names) in groups.items():
        for place, name in enumerate(names):
            part = scores.select(number[labelled] == place)
            if len(part.score):
                rows.append({"by": by, "group": name, **_evaluate(part, threshold, config)})
    return rows


def _evaluate(part: BeatScores, threshold: float, config: EvaluationConfig) -> dict[str, Any]:
    found = overall_metrics(part.anomalous, part.score, threshold)
    limits = {row["figure"]: row for row in interval_rows(part, threshold, config)}
    row: dict[str, Any] = {
        "subjects": len(set(part.subject.tolist())),
        "beats": len(part.score),
        "abnormal": int(part.anomalous.sum()),
    }
    for name in METRICS:
        row[name] = found[name]
        row |= {f"{name}_{end}": limits[name][end] for end in ("low", "high")}
    return row

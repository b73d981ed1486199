"""Metrics of groups: those of their beats alone, with intervals over their subjects."""

import numpy as np
import pytest
from scored_beats import draw_scores, make_scores

from default_config import evaluation_config
from ecg_anomaly.evaluation.report.detector_metrics import interval_rows, overall_metrics
from ecg_anomaly.evaluation.report.subgroups import METRICS, subgroup_rows

CONFIG = evaluation_config(bootstrap_samples=30)


def rows_of(scores, **groups):
    return subgroup_rows(scores, np.ones(len(scores.score), bool), groups, 1.5, CONFIG)


def test_a_group_of_all_beats_has_the_metrics_and_intervals_of_all():
    scores = draw_scores()
    (row,) = rows_of(scores, lead=(np.zeros(300, int), ("II",)))
    whole = overall_metrics(scores.anomalous, scores.score, 1.5)
    limits = {limit["figure"]: limit for limit in interval_rows(scores, 1.5, CONFIG)}
    for name in METRICS:
        assert row[name] == whole[name]
        assert (row[f"{name}_low"], row[f"{name}_high"]) == (
            limits[name]["low"], limits[name]["high"],
        )  # fmt: skip
    assert (row["by"], row["group"]) == ("lead", "II")
    assert (row["subjects"], row["beats"], row["abnormal"]) == (4, 300, 60)


def test_beats_without_a_group_and_groups_without_a_beat_are_left_out():
    number = np.array([0, 0, -1, 2, 2, 2])
    scores = make_scores("NVNNNV", [0, 2, 9, 0, 9, 2], record=list("aabbcc"))
    rows = rows_of(scores, rate=(number, ("slow", "usual", "fast")))
    assert [(row["group"], row["beats"]) for row in rows] == [("slow", 2), ("fast", 3)]
    assert rows[0]["specificity"] == 1.0
    assert rows[1]["specificity"] == 0.5


@pytest.mark.parametrize("aami", ["NNN", "VVV"])
def test_one_subject_has_no_interval_and_one_kind_of_beat_no_ranking(aami: str):
    (row,) = rows_of(make_scores(aami, [0, 1, 2]), lead=(np.zeros(3, int), ("II",)))
    assert row["auroc"] is None
    assert row["recall_low"] is row["specificity_high"] is None


def test_only_labelled_beats_count():
    labelled = np.array([True, False, True])
    scores = make_scores("NV", [0, 2])
    groups = {"lead": (np.array([0, 0, 1]), ("II", "V1"))}
    rows = subgroup_rows(scores, labelled, groups, 1.5, CONFIG)
    assert [(row["group"], row["abnormal"]) for row in rows] == [("II", 0), ("V1", 1)]

"""What a condition leaves out, and what misses and false detections cost."""

import pytest

from ecg_anomaly.evaluation.threshold.tuning import Threshold
from lab.benchmark.conditions import Condition, evaluate
from lab.benchmark.scored import ScoredSplits


def test_missed_abnormal_beats_and_flagged_false_detections_cost_recall_and_precision(
    make_reference, make_scores
):
    reference = make_reference("VVNN", [1000, 2000, 3000, 4000])
    found = make_scores([5.0, 0.0, 0.0, 6.0], [1000, 3000, 4000, 4500])
    threshold = {"false_alarm_rate": Threshold(1.0, "false_alarm_rate", 0.02, 0.02, [])}
    metrics = evaluate(
        ScoredSplits({"reference": found}, {}), reference, Condition("x"), threshold
    )["decisions"]["false_alarm_rate"]
    assert metrics["recall"] == 0.5
    assert metrics["precision"] == 0.5
    assert metrics["false_alarm_rate"]["realised"] == pytest.approx(1 / 3, abs=1e-5)


def test_a_condition_without_a_record_leaves_its_beats_and_false_detections_out(
    make_reference, make_scores
):
    reference = make_reference("VN", [1000, 2000], record="a")
    scored = ScoredSplits({"reference": make_scores([1.0, 2.0], [1000, 9000], record="a")}, {})
    threshold = {"false_alarm_rate": Threshold(1.0, "false_alarm_rate", 0.02, 0.02, [])}
    metrics = evaluate(scored, reference, Condition("x", without="a"), threshold)
    assert metrics["auroc"] is None

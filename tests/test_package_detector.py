"""What the stage `package` logs; tests/pipeline runs the whole of it."""

from package_detector import headline_metrics


def test_metrics_are_named_with_their_group_and_none_is_left_out() -> None:
    metrics = {
        "detector": {"f1": 0.5, "precision": None},
        "mean_over_records": {"f1": 0.25},
        "per_record": {"100": {"f1": 1.0}},
    }
    assert headline_metrics(metrics) == {"detector/f1": 0.5, "mean_over_records/f1": 0.25}


def test_no_metrics_are_no_metrics() -> None:
    assert headline_metrics({}) == {}

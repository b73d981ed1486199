from lab.robustness.recording_metrics import RecordingMetrics
from lab.robustness.robustness_tables import tabulate_agreement, tabulate_parity
from lab.robustness.score_agreement import Parity, PathDifference


def test_parity_is_shown_beside_what_is_wanted():
    table = tabulate_parity(Parity(109_494, 2.5e-6, 3e-7, 0, 22.5)).splitlines()
    assert table[0] == "| Keras against ONNX | measured | wanted |"
    assert table[1] == "|---|---:|---:|"
    assert "| largest difference of a score (log odds) | 2.5e-06 | below 1e-5 |" in table
    assert "| flags that differ | 0 | 0 |" in table


def test_agreement_shows_counts_and_both_metrics():
    difference = PathDifference(2000, 30, 1, 2, 3, 1e-12)
    metrics = [
        RecordingMetrics(2000, 30, auc, 0.5, 0.9, 0, 0, 1, 0.5, 0.1, 0.2) for auc in (0.93, 0.94)
    ]
    table = tabulate_agreement(difference, *metrics)
    assert "| beats found, flagged | 2,000, 30 |" in table
    assert "0.930000, 0.940000" in table
    assert [line[-4:-2] for line in table.splitlines()[3:6]] == [" 1", " 2", " 3"]

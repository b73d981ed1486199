"""The lines that a protocol prints."""

from lab.benchmark.results_lines import name_row, say_results


def row(name: str, auroc, **others) -> dict:
    metrics = {
        "auroc": auroc,
        "average_precision": 0.5,
        "mean_over_records": {"auroc": 0.25},
        "decisions": {"best_f1": {"f1": 0.75}, "other": {"f1": 0.0}},
    }
    return {"name": name, "reference_positions": metrics, **others}


def test_a_row_is_named_with_its_fold_where_there_is_one():
    assert name_row({"name": "rule", "fold": "3"}) == "3, rule"
    assert name_row({"name": "rule", "fold": "3"}, "/") == "3/rule"
    assert name_row({"name": "rule", "model": "x"}) == "rule"


def test_each_detector_and_baseline_has_a_line_of_its_metrics_at_the_first_threshold():
    detector = {"name": "network", "fold": "1", "ensemble": row("", {"mean": 0.9, "sd": 0.1})}
    shown = say_results({"detectors": [detector], "baselines": [row("rule", 0.8)]})
    assert shown.splitlines() == [
        f"{name}: AUROC {auroc}, average precision 0.5, mean AUROC over records 0.25, F1 0.75"
        for name, auroc in (("1, network, ensemble", 0.9), ("rule", 0.8))
    ]


def test_variants_and_sizes_are_shown_as_their_tables():
    assert say_results({"variants": []}).startswith("| | AUC | against the full one")
    assert say_results({"sizes": []}).startswith("| | AUC of one network")

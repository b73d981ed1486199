"""The command runs its protocol and says with what it was made."""

import json
import shutil

import pytest

from lab.benchmark import __main__ as benchmark
from lab.benchmark.__main__ import (
    PROTOCOLS,
    describe_provenance,
    describe_results,
    name_row,
    run_benchmark,
)


def test_provenance_names_code_versions_and_configuration(compose_benchmark):
    config = compose_benchmark("benchmark=ecg5000")
    found = describe_provenance(config)
    assert found["versions"].keys() == {"python", *benchmark.PACKAGES}
    assert len(found["code_sha256"]) == 64
    assert found["configuration"]["benchmark.protocol"] == "ecg5000"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_has_a_configuration(compose_benchmark, protocol):
    assert compose_benchmark(f"benchmark={protocol}").benchmark.protocol == protocol


def test_results_are_written_with_their_provenance_and_printed(
    compose_benchmark, migrated, tmp_path, monkeypatch, capsys
):
    shutil.copy(migrated, tmp_path / "mlflow.db")
    config = compose_benchmark(
        "benchmark=ecg5000", f"benchmark.folder={tmp_path}/out", "benchmark.page=null",
        f"tracking.uri=sqlite:///{tmp_path}/mlflow.db",
    )  # fmt: skip
    monkeypatch.setattr(benchmark, "open_dataset", lambda *_: [])
    monkeypatch.setitem(PROTOCOLS, "ecg5000", lambda *_: {"variants": []})
    run_benchmark(config)
    (path,) = (tmp_path / "out").glob("*.json")
    content = json.loads(path.read_text())
    assert path.stem == content["protocol"] == "ecg5000"
    assert content["code_sha256"] == describe_provenance(config)["code_sha256"]
    assert content["seconds"] >= 0
    assert "| | AUC |" in capsys.readouterr().out


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
    shown = describe_results({"detectors": [detector], "baselines": [row("rule", 0.8)]})
    assert shown.splitlines() == [
        f"{name}: AUROC {auroc}, average precision 0.5, mean AUROC over records 0.25, F1 0.75"
        for name, auroc in (("1, network, ensemble", 0.9), ("rule", 0.8))
    ]


def test_variants_and_sizes_are_shown_as_their_tables():
    assert describe_results({"variants": []}).startswith("| | AUC | against the full one")
    assert describe_results({"sizes": []}).startswith("| | AUC of one network")

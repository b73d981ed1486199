"""The stages on a folder of records without labels, while the MLflow server is not reachable."""

import json
from pathlib import Path

import pytest

from ecg_anomaly.config.params_file import compose_params
from pipeline_copy import ROOT, TINY, Result, call
from toy_folder import scripts_of, write_toy_folder

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unlabelled")
    for path in write_toy_folder(folder / "mine").glob("*.atr"):
        path.unlink()
    overrides = [o for o in TINY if "simulation" not in o]
    compose_params(ROOT, folder / "params.yaml", ["dataset=wfdb_folder", *overrides])
    return folder


@pytest.fixture(scope="module")
def said(work: Path, python: Path) -> dict[str, Result]:
    """Run every stage; keep what each said."""
    results = {}
    for name, (_, *words) in scripts_of(work / "mine").items():
        command = [str(python / "python"), *words]
        results[name] = call(command, work, MLFLOW_TRACKING_URI="http://127.0.0.1:9")
        assert results[name].returncode == 0, results[name].stderr
    return results


def test_what_needs_labels_is_skipped_and_said(work: Path, said: dict[str, Result]) -> None:
    metrics = json.loads((work / "data/report/metrics.json").read_text())
    assert metrics["labelled"] is False
    assert metrics["test"]["labelled"] == 0
    assert 0 <= metrics["test"]["flagged_share"] < 0.5
    assert "detector" not in metrics
    assert "records are not labelled" in said["extract_records"].stdout
    assert "no labels" in said["evaluate_detector"].stdout
    plots = {p.name for p in (work / "data/report/pictures").iterdir()}
    assert plots == {"training.png", "examples.png"}
    assert (work / "data/report/curves/roc.csv").is_file()


def test_a_detector_is_packaged_all_the_same(work: Path, said: dict[str, Result]) -> None:
    assert "packaged data/model" in said["package_detector"].stdout
    assert (work / "data/model/network.onnx").is_file()


def test_without_its_server_the_pipeline_says_so_and_goes_on(
    work: Path, said: dict[str, Result]
) -> None:
    for name, result in said.items():
        warnings = [x for x in result.stderr.splitlines() if x.startswith("warning: not logged")]
        assert len(warnings) == (name in ("train_model", "package_detector")), name
        assert "Traceback" not in result.stderr
    assert not (work / "mlflow.db").exists()

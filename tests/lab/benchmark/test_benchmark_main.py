"""The command runs its protocol and says with what it was made."""

import json

import pytest

from lab.benchmark import __main__ as benchmark
from lab.benchmark.__main__ import PROTOCOLS, describe_provenance, run_benchmark


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
    compose_benchmark, tmp_path, monkeypatch, capsys
):
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

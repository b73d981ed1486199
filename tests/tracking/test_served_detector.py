"""The registered model, loaded by another process that knows nothing of this checkout."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.package import cut_example
from ecg_anomaly.tracking.pipeline_runs import start_run
from ecg_anomaly.tracking.registry import log_detector
from toy_detector import toy_records, write_toy_detector

CLIENT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import mlflow, numpy as np, pandas as pd
mlflow.set_tracking_uri(sys.argv[1])
model = mlflow.pyfunc.load_model("models:/ecg-anomaly@champion")
two = pd.read_csv("signal.csv")
answers = {
    "two leads": model.predict(two, params={"fs": 360.0}),
    "no rate said": model.predict(two),
    "half rate": model.predict(two.iloc[::2].reset_index(drop=True), params={"fs": 180.0}),
    "float32": model.predict(two.astype("float32"), params={"fs": 360.0}),
}
try:
    answers["one lead"] = model.predict(two[["MLII"]], params={"fs": 360.0})
except Exception as error:
    answers["one lead"] = pd.DataFrame({"error": [str(error)[:300]]})
card = model.metadata
print(json.dumps({
    "answers": {name: answer.to_dict("list") for name, answer in answers.items()},
    "inputs": card.get_input_schema().input_names(),
    "outputs": card.get_output_schema().input_names(),
    "params": [p.name for p in card.get_params_schema().params],
    "example": list(card.load_input_example(None).columns)
        if hasattr(card, "load_input_example") else None,
    "heavy": sorted({"tensorflow", "keras", "dvc", "hydra", "optuna"} & set(sys.modules)),
}))
"""


@pytest.fixture
def served(project: Path, config: PipelineConfig) -> dict:
    """Register a toy detector, load it in a new process, and return what that process saw."""
    folder = write_toy_detector(project / "toy", config)
    example = cut_example(toy_records())
    decisions = score_recording(load_detector(folder), example).to_frame()
    with start_run(config) as run:
        log_detector(run, folder, example, decisions, config)
        assert run.client is not None
    signal = pd.DataFrame(example.signal.astype(float), columns=list(example.leads))
    signal.to_csv(project / "signal.csv", index=False)
    uri = f"sqlite:///{project / 'mlflow.db'}"
    shown = subprocess.run(
        [sys.executable, "-c", CLIENT, uri], cwd=project, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert shown.returncode == 0, shown.stderr[-3000:]
    return {**json.loads(shown.stdout.splitlines()[-1]), "expected": decisions}


@pytest.mark.slow
def test_the_champion_gives_decisions_in_another_process(served: dict) -> None:
    expected: pd.DataFrame = served["expected"]
    columns = [
        "sample",
        "time_s",
        "score",
        "anomalous",
        "readable",
        "quality",
        "clipped",
        "rr_s",
        "reason",
        "class",
        "class_probability",
        "lead",
    ]
    answers = {name: pd.DataFrame(rows) for name, rows in served["answers"].items()}
    assert list(answers["two leads"]) == list(expected) == served["outputs"] == columns
    assert answers["two leads"]["sample"].tolist() == expected["sample"].tolist()
    assert np.allclose(answers["two leads"]["score"], expected["score"], equal_nan=True)
    assert answers["two leads"]["anomalous"].tolist() == expected["anomalous"].tolist()
    assert served["inputs"] == ["MLII", "V1", "uri"]
    assert served["params"] == ["fs"]
    assert served["example"] == ["MLII", "V1"]
    assert served["heavy"] == []
    # The rate of the example is the default one.
    assert answers["no rate said"].equals(answers["two leads"])
    # Half the samples at half the rate are the same beats.
    slow, fast = answers["half rate"], answers["two leads"]
    assert len(slow) == len(fast)
    assert np.abs(slow["time_s"] - fast["time_s"]).max() < 0.02
    assert (answers["float32"]["sample"] == fast["sample"]).all()
    # A recording of one lead is enough, as for the detector itself.
    assert list(answers["one lead"]) == columns, answers["one lead"]
    assert answers["one lead"]["sample"].tolist() == expected["sample"].tolist()

"""The same archive on Spark; these tests share one session, which takes seconds to start."""

import os
import re
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from tables import read_rows

from ecg_anomaly.archive import spark_run
from ecg_anomaly.archive.archive_run import prepare_job, run_here
from ecg_anomaly.archive.spark_run import find_cause, open_session, run_on_spark
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.package import cut_example
from ecg_anomaly.files.errors import UserError
from toy_detector import toy_records

DOCS = Path(__file__).parents[2] / "docs/archive.md"

#: What runs for seconds is not worth translating twice: half of the processor time of a session.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"

needs_java = pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")


@pytest.fixture(scope="session")
def spark():
    """Start Spark on this machine with two workers."""
    pytest.importorskip("pyspark")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))  # the workers run this checkout
        options = f"{os.environ.get('JAVA_TOOL_OPTIONS', '')} {SHORT_LIVED}"
        patch.setenv("JAVA_TOOL_OPTIONS", options)
        with open_session("local[2]") as session:
            yield session


@pytest.mark.slow
@needs_java
def test_spark_and_shards_write_one_table_together(spark, manifest, chosen, model, tmp_path):
    def prepare(table: str):
        return prepare_job(str(manifest), str(tmp_path / table), chosen.sha256)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ecg_anomaly.archive.archive_plan.ROWS_A_PART", 1)
        both, alone = prepare("both"), prepare("alone")
    # Which shard a recording falls into depends on its address: one of two may be empty.
    shards = (len(list(run_here(both, model, (shard, 2)))) for shard in (0, 1))
    n_here = next(n for n in shards if n)
    tally = run_on_spark(both, model, spark)
    assert +tally.outcomes == +Counter({"there already": n_here, "scored": 4 - n_here})
    list(run_here(alone, model))
    differ = ["seconds", "scored_at"]
    rows = [read_rows(tmp_path / name).drop(columns=differ) for name in ("both", "alone")]
    assert rows[0].equals(rows[1])
    assert run_on_spark(both, model, spark).outcomes == {"there already": 4}


@pytest.mark.slow
@needs_java
def test_a_table_that_cannot_be_written_is_one_line(spark, manifest, chosen, model, tmp_path):
    job = prepare_job(str(manifest), str(tmp_path / "table"), chosen.sha256)
    (tmp_path / "table/_work").write_text("in the way")
    with pytest.raises(UserError, match="_work"):
        run_on_spark(job, model, spark)


@pytest.mark.slow
@needs_java
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
def test_the_registered_model_scores_addresses_as_the_docs_say(
    spark, records, model, migrated, tmp_path, monkeypatch
):
    from ecg_anomaly.tracking.pipeline_runs import start_run
    from ecg_anomaly.tracking.registry import log_detector

    monkeypatch.chdir(tmp_path)
    shutil.copy(migrated, tmp_path / "mlflow.db")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
    example = cut_example(toy_records())
    decisions = score_recording(load_detector(model), example).to_frame()
    config = make_config()
    with start_run(config) as run:
        log_detector(run, model, example, decisions, config)
    (example_code,) = re.findall(r"```python\n(.*?)```", DOCS.read_text(), flags=re.S)
    addresses = [str(records / name) for name in ("s01", "s02", "absent")]
    names = {"spark": spark, "addresses": addresses}
    exec(example_code, names)
    found = {row["uri"]: row for row in names["worst"]}
    assert found.keys() == set(addresses)
    assert found[addresses[2]]["status"] == "failed"
    assert "no such file" in found[addresses[2]]["reason"]
    assert found[addresses[0]]["verdict"]


def make_config() -> PipelineConfig:
    from default_config import pipeline_config

    return pipeline_config()


def test_without_java_the_way_out_is_said(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(spark_run.shutil, "which", lambda _: None)
    pyspark = pytest.importorskip("pyspark.sql", exc_type=ImportError)
    monkeypatch.setattr(pyspark.SparkSession, "getActiveSession", lambda: None)
    with pytest.raises(UserError, match="install a JRE 17"), open_session("local[1]"):
        pass


def test_the_cause_is_found_below_a_stack():
    text = "Job aborted due to stage failure\n  at x\nModuleNotFoundError: No module named 'a'\n"
    assert find_cause(text) == "ModuleNotFoundError: No module named 'a'"
    assert find_cause("") == "no reason given"
    of_java = "An error occurred while calling o1.\n: org.apache.spark.SparkException: gone\n\tat x"
    assert find_cause(of_java) == "gone"
    assert find_cause(f"{of_java}\n{text}") == "ModuleNotFoundError: No module named 'a'"


def test_what_is_no_master_starts_no_java(monkeypatch):
    pyspark = pytest.importorskip("pyspark.sql", exc_type=ImportError)
    monkeypatch.setattr(pyspark.SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setattr(spark_run, "_configure", lambda *_: pytest.fail("started"))
    with pytest.raises(UserError, match="no master of Spark"), open_session("local[0]"):
        pass

"""Score the parts of an archive on Apache Spark, as its tasks."""

import json
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ecg_anomaly.archive.archive_plan import choose_parts
from ecg_anomaly.archive.archive_run import ArchiveJob, Tally
from ecg_anomaly.archive.spark_master import LOCAL, TASK_FAILURES, check_master, name_local
from ecg_anomaly.archive.spark_worker import SPARK_SCHEMA, PartScorer, read_files
from ecg_anomaly.files.errors import UserError, missing_package


@contextmanager
def open_session(master: str = LOCAL) -> Iterator[Any]:
    """Yield a session of Spark, the one that runs already if there is one.

    Parameters
    ----------
    master : str
        Where it runs, as Spark names it: ``local[4]``, ``spark://HOST:7077``, ``yarn``, ``k8s://...``.

    Raises
    ------
    UserError
        When pyspark or Java is not installed, or the master is none or cannot be reached.
    """
    try:
        with quiet_pandas():
            from pyspark.sql import SparkSession
    except ImportError:
        raise missing_package("--master", "an archive on Spark", "ecg-anomaly[spark]") from None
    running = SparkSession.getActiveSession()
    if running is not None:
        yield running
        return
    check_master(master)
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        way_out = "install a JRE 17, or score without Spark by --workers or --shard"
        raise UserError("--master", "Spark needs Java, which is not found", way_out)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        session = _configure(SparkSession.builder, master).getOrCreate()
    except Exception as error:  # of Java, through a gateway
        said = find_cause(str(error) or type(error).__name__)
        way_out = "check the master, and that it can be reached from here"
        raise UserError("--master", f"Spark does not start ({said})", way_out) from error
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def quiet_pandas() -> Iterator[None]:
    """Keep Spark 4.2 from saying that it does not know pandas 3, which is not used here."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "PySpark does not yet", FutureWarning)
        yield


def _configure(builder: Any, master: str) -> Any:
    settings: dict[str, str | int] = {
        "spark.task.maxFailures": TASK_FAILURES,
        "spark.speculation": "false",  # a part is written by one task at a time
        "spark.sql.execution.arrow.maxRecordsPerBatch": 1,
        "spark.sql.shuffle.partitions": 1,
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
    }
    if master.startswith("local"):  # no page and no port that other machines could reach
        settings |= {"spark.ui.enabled": "false", "spark.driver.bindAddress": "127.0.0.1"}
        settings |= {"spark.driver.host": "127.0.0.1"}
    named = builder.appName("ecg-anomaly archive").master(name_local(master))
    for key, value in settings.items():
        named = named.config(key, value)
    return named


def run_on_spark(
    job: ArchiveJob,
    detector: Path,
    session: Any,
    shard: tuple[int, int] | None = None,
) -> Tally:
    """Score the parts of an archive, each as a task of Spark.

    Parameters
    ----------
    job : ArchiveJob
        What to score.
    detector : Path
        The detector folder, sent once to each executor.
    session : pyspark.sql.SparkSession
        Where to.
    shard : (int, int), optional
        Number of the shard, from 0, and of all; without it, all parts.

    Returns
    -------
    Tally
        The driver gets counts, and no rows.

    Raises
    ------
    UserError
        When the table cannot be written, or Spark gives up.
    """
    parts = tuple(choose_parts(job.plan.parts(), shard))
    if not parts:
        return Tally()
    files = session.sparkContext.broadcast(read_files(detector))
    scorer = PartScorer(job, parts, partial(_read_broadcast, files))
    numbers = session.range(0, len(parts), 1, len(parts))  # one part a task
    try:
        with quiet_pandas():
            done = numbers.mapInArrow(scorer.__call__, SPARK_SCHEMA)
        grouped = done.groupBy("outcome", "error")
        counted = grouped.agg({"*": "count", "seconds": "sum"}).collect()
    except Exception as error:  # of Java, through a gateway
        raise UserError(
            job.table, f"Spark gave up ({find_cause(str(error))})", "run it again"
        ) from error
    finally:
        files.unpersist()
    tally = Tally()
    for row in counted:
        if row["error"]:
            raise UserError(*json.loads(row["error"]))
        tally.outcomes[row["outcome"]] = row["count(1)"]
        tally.seconds += row["sum(seconds)"]
    return tally


def _read_broadcast(files: Any) -> dict[str, bytes]:
    content: dict[str, bytes] = files.value
    return content


def find_cause(text: str) -> str:
    r"""Return the line of a message of Spark that says why, without its stack.

    Examples
    --------
    >>> find_cause("Job aborted: x\n  at y\nModuleNotFoundError: No module named 'z'")
    "ModuleNotFoundError: No module named 'z'"
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    of_python = [line for line in lines if re.match(r"[A-Za-z_.]*Error: ", line)]
    of_java = (re.match(r":? ?[\w.$]*Exception: (.+)", line) for line in lines)
    said = of_python or [found[1] for found in of_java if found]
    return (said or lines or ["no reason given"])[0]

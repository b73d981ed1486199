"""What a result was made with."""

import platform
from importlib.metadata import version
from typing import Any

from ecg_anomaly.tracking.store import git_commit
from ecg_anomaly.tracking.tracked_run import flatten_config
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.cache import INPUT_ROOMS, SCORE_ROOMS, code_digest

PACKAGES = ("tensorflow", "keras", "numpy", "scipy", "scikit-learn", "onnxruntime")


def describe_provenance(config: BenchmarkRunConfig) -> dict[str, Any]:
    """Versions, code and configuration of a result; asked for before the work starts.

    Parameters
    ----------
    config : BenchmarkRunConfig
        What it was run with.

    Returns
    -------
    dict
        ``commit`` is what was checked out; ``code_sha256`` is over the rooms that make the
        numbers, so that a result made before a commit can be told from one made after it.
    """
    rooms = (*INPUT_ROOMS, *SCORE_ROOMS, "benchmark", "metrics", "threshold")
    named = {name: version(name) for name in PACKAGES}
    return {
        "commit": git_commit(),
        "code_sha256": code_digest(rooms),
        "versions": {"python": platform.python_version(), **named},
        "configuration": flatten_config(config),
    }

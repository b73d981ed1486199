import shutil
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore

from ecg_anomaly.config.hydra_entry import CONF, to_dataclass
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.tracking.benchmark_runs import BenchmarkLog
from ecg_anomaly.tracking.tracked_run import TrackedRun
from lab.benchmark.__main__ import RAW
from lab.benchmark.benchmark_schema import BenchmarkRunConfig, shrink
from lab.benchmark.inter_patient import prepare_folds
from lab.benchmark.reference import ReferenceBeats
from lab.benchmark.workbench import Workbench


@pytest.fixture(scope="session")
def compose_benchmark():
    """Return a maker of configurations, composed as the script composes them."""
    ConfigStore.instance().store(name="benchmark_schema", node=BenchmarkRunConfig)

    @cache
    def compose_once(*overrides: str) -> BenchmarkRunConfig:
        with initialize_config_dir(CONF, version_base="1.3"):
            return to_dataclass(compose("benchmark", overrides=list(overrides)), BenchmarkRunConfig)

    return lambda *overrides: deepcopy(compose_once(*overrides))


@pytest.fixture(scope="session")
def new_folder(
    compose_benchmark, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Path]:
    """Return a maker of folders that hold the small inputs of the protocols on DS1 and DS2.

    Recordings and inputs are the same for all of them, and made once; what is trained is not.
    """
    first = tmp_path_factory.mktemp("inputs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(first)
        config = shrink(compose_benchmark("benchmark=inter_patient"))
        bench = Workbench(config, BenchmarkLog(TrackedRun(None)))
        prepare_folds(bench, open_dataset(config.dataset, RAW))

    def make(name: str) -> Path:
        return Path(shutil.copytree(first, tmp_path_factory.mktemp(name), dirs_exist_ok=True))

    return make


@pytest.fixture(scope="session")
def make_reference():
    """Return a maker of reference beats of one record, 54 samples of tolerance."""

    def make(symbols: str, samples: list[int], record: str = "r1") -> ReferenceBeats:
        n = len(symbols)
        return ReferenceBeats(
            record=np.full(n, record),
            subject=np.full(n, record),
            symbol=np.array(list(symbols)),
            sample=np.array(samples, dtype=np.int64),
            tolerance=np.full(n, 54.0),
        )

    return make


@pytest.fixture(scope="session")
def make_scores():
    """Return a maker of scores of beats that a detector found in one record."""

    def make(scores: list[float], samples: list[int], record: str = "r1") -> BeatScores:
        n = len(scores)
        return BeatScores(
            score=np.array(scores, dtype=float),
            record=np.full(n, record),
            subject=np.full(n, record),
            aami=np.full(n, ""),
            symbol=np.full(n, ""),
            sample=np.array(samples, dtype=np.int64),
        )

    return make

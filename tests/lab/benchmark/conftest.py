import numpy as np
import pytest
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore

from ecg_anomaly.config.hydra_entry import CONF
from ecg_anomaly.network.beat_scores import BeatScores
from lab.benchmark.__main__ import to_benchmark_config
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.reference import ReferenceBeats


@pytest.fixture(scope="session")
def compose_benchmark():
    """Return a maker of configurations, composed as the script composes them."""
    ConfigStore.instance().store(name="benchmark_schema", node=BenchmarkRunConfig)

    def make(*overrides: str) -> BenchmarkRunConfig:
        with initialize_config_dir(CONF, version_base="1.3"):
            return to_benchmark_config(compose("benchmark", overrides=list(overrides)))

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

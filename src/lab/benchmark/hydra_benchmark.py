"""The border between Hydra and the package for a benchmark, which composes conf/ itself.

A benchmark is no stage of DVC: it runs a protocol from the recordings to the table, so it reads
the defaults that people chose in conf/ and not the snapshot in params.yaml.
"""

import os
from collections.abc import Callable
from functools import wraps

import hydra
from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

from ecg_anomaly.config.hydra_entry import CONF, run_reporting_errors
from lab.benchmark.benchmark_schema import BenchmarkRunConfig


def benchmark(work: Callable[[BenchmarkRunConfig], None]) -> Callable[[], None]:
    """Make a function of a benchmark's configuration a script's entry point.

    Parameters
    ----------
    work : callable
        Receives a `BenchmarkRunConfig`. A mistake of the user ends in one line and status 1.
    """

    @wraps(work)
    def receive(config: DictConfig) -> None:
        run_reporting_errors(lambda: work(to_benchmark_config(config)))

    def main() -> None:
        os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach us instead of Hydra's own printing
        ConfigStore.instance().store(name="benchmark_schema", node=BenchmarkRunConfig)
        compose_and_run = hydra.main(config_path=CONF, config_name="benchmark", version_base="1.3")
        run_reporting_errors(compose_and_run(receive))

    return main


def to_benchmark_config(config: DictConfig) -> BenchmarkRunConfig:
    """Turn a composed configuration into plain dataclasses, every rule checked."""
    content = OmegaConf.to_container(config)
    checked = OmegaConf.to_object(
        OmegaConf.merge(OmegaConf.structured(BenchmarkRunConfig), content)
    )
    assert isinstance(checked, BenchmarkRunConfig)
    return checked

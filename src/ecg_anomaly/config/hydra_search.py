"""The border between Hydra and the package for a sweep, its workers and a single trial of it.

Like a stage they read params.yaml, the snapshot that made the features; the space and the search's
settings come from conf/search/.
"""

import os
from collections.abc import Callable
from functools import wraps

import hydra
from hydra.core.config_store import ConfigStore
from omegaconf import DictConfig, OmegaConf

from ecg_anomaly.config.hydra_stage import CONF, _check_params_file, run_reporting_errors
from ecg_anomaly.config.search_schema import SearchRunConfig


def search(work: Callable[[SearchRunConfig], None]) -> Callable[[], None]:
    """Make a function of a sweep's configuration a script's entry point.

    Parameters
    ----------
    work : callable
        Receives a `SearchRunConfig`. A mistake of the user ends in one line and status 1.
    """

    @wraps(work)
    def receive(config: DictConfig) -> None:
        run_reporting_errors(lambda: work(to_search_config(config)))

    def main() -> None:
        os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach us instead of Hydra's own printing
        ConfigStore.instance().store(name="search_schema", node=SearchRunConfig)
        compose_and_run = hydra.main(config_path=CONF, config_name="search", version_base="1.3")
        run_reporting_errors(_check_params_file, compose_and_run(receive))

    return main


def to_search_config(config: DictConfig) -> SearchRunConfig:
    """Turn a composed configuration into plain dataclasses, every rule checked."""
    content = OmegaConf.to_container(config)
    checked = OmegaConf.to_object(OmegaConf.merge(OmegaConf.structured(SearchRunConfig), content))
    assert isinstance(checked, SearchRunConfig)
    return checked

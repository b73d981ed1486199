"""Entry points of scripts: Hydra reads the configuration, the package gets plain dataclasses.

A stage reads params.yaml and nothing else. A sweep adds the groups of conf/ that are named on its
command line, `search` among them.
"""

import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TypeVar

import hydra
from hydra.core.config_store import ConfigStore
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_process import end_with_pipeline

T = TypeVar("T", bound=PipelineConfig)

CONF = str(Path(__file__).resolve().parents[3] / "conf")

MISSING_WAY_OUT = "`make params` composes params.yaml anew; or add the key to its file in conf/"

WAY_OUT = "correct conf/ or the override; `--help` lists the keys"


def stage(work: Callable[[PipelineConfig], None]) -> Callable[[], None]:
    """Make a function of the whole configuration a stage script's entry point.

    The stage reads params.yaml of the working folder, checked against the schema, with value
    overrides from the command line. A mistake of the user ends in one line and status 1.

    Parameters
    ----------
    work : callable
        Receives a `PipelineConfig`.
    """

    @wraps(work)
    def receive(config: DictConfig) -> None:
        # Reported here, not above: Hydra would put a line of its own before the error.
        run_reporting_errors(lambda: work(to_dataclass(config)))

    def main() -> None:
        end_with_pipeline()
        os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach us instead of Hydra's own printing
        ConfigStore.instance().store(name="schema", node=PipelineConfig)
        compose_and_run = hydra.main(config_path=CONF, config_name="stage", version_base="1.3")
        run_reporting_errors(_check_params_file, compose_and_run(receive))

    return main


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


def to_dataclass(config: DictConfig) -> PipelineConfig:
    """Turn a composed configuration into plain dataclasses, every rule checked.

    Raises
    ------
    UserError
        When a key is missing or a value breaks its rule.
    omegaconf.errors.OmegaConfBaseException
        When a key is unknown or a value has another type.
    """
    return _convert(config, PipelineConfig)


def to_search_config(config: DictConfig) -> SearchRunConfig:
    """Turn a composed configuration into plain dataclasses, every rule checked."""
    return _convert(config, SearchRunConfig)


def run_reporting_errors(*steps: Callable[[], object]) -> None:
    """Call `steps`; print a user's mistake as one line on standard error and exit with status 1."""
    try:
        for step in steps:
            step()
    except (UserError, HydraException, OmegaConfBaseException, YAMLError) as error:
        print(f"error: {_one_line(error)}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _convert(config: DictConfig, schema: type[T]) -> T:
    # Plain, or a key that `+key=value` added to the typed configuration would pass unseen.
    content = OmegaConf.to_container(config)
    typed = OmegaConf.merge(OmegaConf.structured(schema), content)
    missing = sorted(OmegaConf.missing_keys(typed))
    if missing:
        raise UserError(missing[0], "the configuration does not have this key", MISSING_WAY_OUT)
    checked = OmegaConf.to_object(typed)
    assert isinstance(checked, schema)
    return checked


def _check_params_file() -> None:
    if not Path("params.yaml").is_file():
        rule = "no such file in the working folder"
        raise UserError(
            "params.yaml", rule, "run from the project's folder; `make params` writes it"
        )


def _one_line(error: Exception) -> str:
    cause: BaseException = error
    while cause.__cause__ is not None and not isinstance(cause, UserError):
        cause = cause.__cause__
    if isinstance(cause, UserError):
        return str(cause)
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    kept = [line for line in lines if not line.startswith(("object_type", "reference_type"))]
    return f"{'; '.join(kept)}; {WAY_OUT}"

"""Entry points of scripts: Hydra reads the configuration and converts it to plain dataclasses.

A stage reads params.yaml and nothing else. A sweep adds the groups of conf/ that its command line
names, and group `search`; a promotion adds group `promotion`.
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
from ecg_anomaly.config.promotion_schema import PromotionRunConfig
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.parent_process import end_with_pipeline

T = TypeVar("T", bound=PipelineConfig)

CONF = str(Path(__file__).resolve().parents[3] / "conf")

#: Ways out for errors about a missing key, and for all others.
MISSING_WAY_OUT = "`make params` composes params.yaml anew; or add the key to its file in conf/"
WAY_OUT = "correct conf/ or the override; `--help` lists the keys"


def stage(work: Callable[[PipelineConfig], None]) -> Callable[[], None]:
    """Turn a function of the pipeline's configuration into the entry point of a stage script.

    The stage reads params.yaml of the working folder, checked against the schema, with value
    overrides from the command line. A mistake of the user ends in one line and status 1.

    Parameters
    ----------
    work : callable
        Receives a `PipelineConfig`.
    """
    checks = (end_with_pipeline, _check_params_file)
    return entry_point(work, "stage", "schema", PipelineConfig, *checks)


def search(work: Callable[[SearchRunConfig], None]) -> Callable[[], None]:
    """Turn a function of a sweep's configuration into the entry point of a script.

    Parameters
    ----------
    work : callable
        Receives a `SearchRunConfig`. A mistake of the user ends in one line and status 1.
    """
    return entry_point(work, "search", "search_schema", SearchRunConfig, _check_params_file)


def promotion(work: Callable[[PromotionRunConfig], None]) -> Callable[[], None]:
    """Turn a function of a promotion's configuration into the entry point of a script.

    Parameters
    ----------
    work : callable
        Receives a `PromotionRunConfig`. A mistake of the user ends in one line and status 1.
    """
    schema = PromotionRunConfig
    return entry_point(work, "promotion", "promotion_schema", schema, _check_params_file)


def entry_point(
    work: Callable[[T], None],
    config_name: str,
    schema_name: str,
    schema: type[T],
    *checks: Callable[[], None],
) -> Callable[[], None]:
    """Turn a function of a configuration into the entry point of a script.

    Parameters
    ----------
    work : callable
        Receives the configuration. A mistake of the user ends in one line and status 1.
    config_name : str
        File of conf/ that is composed, without its ending.
    schema_name : str
        Name of the schema in the defaults list of that file.
    schema : type
        The dataclass that the configuration is checked against and converted to.
    *checks : callable
        Called in order before the configuration is composed.

    Returns
    -------
    callable
        The entry point, without arguments: it reads the command line.
    """

    @wraps(work)
    def receive(config: DictConfig) -> None:
        # Reported here, not above: Hydra would put a line of its own before the error.
        run_reporting_errors(lambda: work(to_dataclass(config, schema)))

    def main() -> None:
        os.environ["HYDRA_FULL_ERROR"] = "1"  # errors reach us instead of Hydra's own printing
        ConfigStore.instance().store(name=schema_name, node=schema)
        compose_and_run = hydra.main(config_path=CONF, config_name=config_name, version_base="1.3")
        run_reporting_errors(*checks, compose_and_run(receive))

    return main


def to_dataclass(config: DictConfig, schema: type[T]) -> T:
    """Convert a composed configuration to plain dataclasses, and check the rule of every value.

    Parameters
    ----------
    config : DictConfig
        As Hydra composed it.
    schema : type
        The dataclass to convert to.

    Raises
    ------
    UserError
        When a key is missing or a value breaks its rule.
    omegaconf.errors.OmegaConfBaseException
        When a key is unknown or a value has another type.
    """
    # Plain, or a key that `+key=value` added to the typed configuration would pass unseen.
    content = OmegaConf.to_container(config)
    typed = OmegaConf.merge(OmegaConf.structured(schema), content)
    missing = sorted(OmegaConf.missing_keys(typed))
    if missing:
        raise UserError(missing[0], "the configuration does not have this key", MISSING_WAY_OUT)
    checked = OmegaConf.to_object(typed)
    assert isinstance(checked, schema)
    return checked


def run_reporting_errors(*steps: Callable[[], object]) -> None:
    """Call `steps`; on a mistake of the user print one line to stderr and exit with status 1."""
    try:
        for step in steps:
            step()
    except (UserError, HydraException, OmegaConfBaseException, YAMLError) as error:
        print(f"error: {_one_line(error)}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


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

"""The configuration that a folder's pipeline ran with."""

from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ecg_anomaly.config.hydra_stage import to_dataclass
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.errors import UserError


def read_snapshot(root: Path) -> PipelineConfig:
    """Read params.yaml of a folder where the pipeline ran.

    Raises
    ------
    UserError
        When there is none, or a value breaks its rule.
    """
    path = root / "params.yaml"
    if not path.is_file():
        raise UserError(path, "no such file", "name a folder where the pipeline ran with --root")
    config = OmegaConf.load(path)
    assert isinstance(config, DictConfig)
    return to_dataclass(config)

"""Compose params.yaml from conf/, and read it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from omegaconf import DictConfig, OmegaConf

from ecg_anomaly.config.hydra_entry import to_dataclass
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.files.errors import UserError


def compose_params(root: Path, target: Path, overrides: Sequence[str] = ()) -> None:
    """Write to a file what ``dvc exp run -S OVERRIDE`` would write to params.yaml.

    DVC's own function composes it, so that the bytes are the same.

    Parameters
    ----------
    root : Path
        Folder of ``conf/``.
    target : Path
        The file to write, ending in ``.yaml``.
    overrides : sequence of str
        Hydra overrides, for example ``dataset=mitdb``.
    """
    from dvc.utils.hydra import compose_and_dump  # takes a second to import

    with tempfile.TemporaryDirectory() as temporary:
        snapshot = Path(temporary) / "params.yaml"
        compose_and_dump(snapshot, str(root / "conf"), None, "config", str(root), list(overrides))
        text = snapshot.read_text(encoding="utf-8")
    write_text(target, text)


def read_params(root: Path) -> PipelineConfig:
    """Read the configuration that the pipeline of a folder ran with.

    Raises
    ------
    UserError
        When the folder has no params.yaml, or a value in it breaks its rule.
    """
    path = root / "params.yaml"
    if not path.is_file():
        raise UserError(path, "no such file", "name a folder where the pipeline ran with --root")
    config = OmegaConf.load(path)
    assert isinstance(config, DictConfig)
    return to_dataclass(config, PipelineConfig)

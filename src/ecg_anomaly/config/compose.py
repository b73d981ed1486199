"""Compose conf/ into the snapshot that the stages read."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from dvc.utils.hydra import compose_and_dump

from ecg_anomaly.files.atomic import write_text


def compose_params(root: Path, target: Path, overrides: Sequence[str] = ()) -> None:
    """Write what ``dvc exp run -S OVERRIDE`` would write to params.yaml.

    DVC's own function does the work, so that the bytes are the same.

    Parameters
    ----------
    root : Path
        Folder of ``conf/``.
    target : Path
        The file to write, ending in ``.yaml``.
    overrides : sequence of str
        Hydra overrides, for example ``dataset=mitdb``.
    """
    with tempfile.TemporaryDirectory() as temporary:
        snapshot = Path(temporary) / "params.yaml"
        compose_and_dump(snapshot, str(root / "conf"), None, "config", str(root), list(overrides))
        text = snapshot.read_text(encoding="utf-8")
    write_text(target, text)

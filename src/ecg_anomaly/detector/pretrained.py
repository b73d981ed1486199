"""The detector that comes with the package: where it is, and what it is.

It was trained on several public databases (`python -m lab.pretrained` puts it here); its card,
``card.md`` in the same folder, says on whom, how well it does and where its limits are.
"""

from pathlib import Path

import ecg_anomaly
from ecg_anomaly.files.errors import UserError

#: What it is called where the detector in use is named.
PRETRAINED = "pretrained"

CARD = "card.md"


def pretrained_folder() -> Path:
    """Return the folder of the detector that comes with the package.

    Raises
    ------
    UserError
        When this copy of the package has none.
    """
    folder = Path(ecg_anomaly.__file__).parent / PRETRAINED
    if not folder.is_dir():
        rule = "this copy of the package comes without a detector"
        raise UserError(folder, rule, "name one with --detector, or install the package again")
    return folder


def describe_pretrained() -> str:
    """Say in one line which detector is used when none is named."""
    return f"detector: the one that comes with ecg-anomaly {ecg_anomaly.__version__}, " + (
        f"see {pretrained_folder() / CARD}"
    )

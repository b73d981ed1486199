"""The detector that comes with the package: its folder, and its description.

It was trained on several public databases (`python -m lab.pretrained_card` puts it here); its card,
``card.md`` in the same folder, says on whom, how well it does and where its limits are.
"""

from pathlib import Path

import ecg_anomaly
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError

#: What it is called where the detector in use is named.
PRETRAINED = "pretrained"

#: Its card, for people, and the description that every detector folder has.
CARD, CARD_PAGE, DESCRIPTION = "card.md", "card.html", "detector.json"


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
    """Say in one line which detector is used when none is named, and where its card is.

    Raises
    ------
    UserError
        When there is none, or its description cannot be read.
    """
    folder = pretrained_folder()
    version, trained_on = ecg_anomaly.__version__, read_json(folder / DESCRIPTION)["trained_on"]
    return f"detector: comes with ecg-anomaly {version}, trained on {trained_on}; {folder / CARD}"

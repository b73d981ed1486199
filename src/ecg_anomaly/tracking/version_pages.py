"""What MLflow's pages show of a registered version: its last decision, then its card."""

import re
from pathlib import Path
from typing import Any

from ecg_anomaly.detector.pretrained import CARD

#: Longest description that MLflow's databases keep.
MOST_CHARACTERS = 5000

#: What the last section of a card begins with, see `ecg_anomaly.evaluation.report.model_card`.
LIMITS = "\n\n## Limits\n"

_CUT = "\n\n(The rest is in the file card.md of the version.)"


def describe_version(client: Any, name: str, version: str, folder: Path) -> None:
    """Put the card of a detector folder, if it has one, on the page of a version.

    Parameters
    ----------
    client : mlflow.MlflowClient
    name, version : str
        The registered model and the version.
    folder : Path
        The packaged detector.
    """
    card = folder / CARD
    if card.is_file():
        text = fit(card.read_text(encoding="utf-8"))
        client.update_model_version(name, version, description=text)


def write_decision(client: Any, name: str, version: str, decision: str) -> None:
    """Put a decision above the card of a version; a former decision goes.

    Parameters
    ----------
    client : mlflow.MlflowClient
    name, version : str
        The registered model and the version.
    decision : str
        Markdown with headings of the second order.
    """
    former = client.get_model_version(name, version).description or ""
    text = fit("\n\n".join([decision, *cards_of(former)]))
    client.update_model_version(name, version, description=text)


def show_in_use(client: Any, name: str, version: str) -> None:
    """Put the card of the version in use on the page of the registered model."""
    description = client.get_model_version(name, version).description or ""
    text = fit("\n\n".join([f"In use: version {version}.", *cards_of(description)]))
    client.update_registered_model(name, description=text)


def cards_of(description: str) -> list[str]:
    """Return the card in a description, from its heading of the first order on, if there is one.

    Examples
    --------
    >>> cards_of("## Promotion: refused" + chr(10) + "# A detector"), cards_of("by hand")
    (['# A detector'], [])
    """
    start = re.search(r"^# ", description, re.MULTILINE)
    return [description[start.start() :]] if start else []


def fit(text: str) -> str:
    """Shorten a text between two paragraphs so that it is no longer than a description may be.

    The limits of a detector stay, which are the last section of its card.
    """
    if len(text) <= MOST_CHARACTERS:
        return text
    start = text.rfind(LIMITS)
    limits = text[start:] if 0 <= len(text) - start <= MOST_CHARACTERS // 2 else ""
    room = MOST_CHARACTERS - len(_CUT) - len(limits)
    end = text.rfind("\n\n", 0, room)
    return text[: end if end > 0 else room] + _CUT + limits

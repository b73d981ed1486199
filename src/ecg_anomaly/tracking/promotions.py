"""Record the decision on a version, make it the champion, or roll that back."""

import json
from datetime import UTC, datetime

from ecg_anomaly.evaluation.promotion.promotion_decision import (
    PromotionDecision,
    describe_decision,
    list_rows,
)
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import MODEL, ModelVersions
from ecg_anomaly.tracking.promotion_checks import DECISION, PROTOCOL, ROLLED_BACK
from ecg_anomaly.tracking.promotion_runs import log_promotion
from ecg_anomaly.tracking.version_pages import show_in_use, write_decision

#: Other tags of a version.
TABLE, AGAINST, REASON, RUN, TIME = (
    "promotion.table", "promotion.against", "promotion.reason", "promotion.run", "promotion.time",
)  # fmt: skip

#: The version that a champion replaced.
REPLACED = "promotion.replaced"


def record_decision(
    versions: ModelVersions,
    decision: PromotionDecision,
    version: str,
    champion: str,
    data: str,
    source: str,
) -> None:
    """Write a decision to an MLflow run, and to the tags and the description of a version.

    Parameters
    ----------
    versions : ModelVersions
    decision : PromotionDecision
    version, champion : str
        Numbers; ``""`` where there was no champion.
    data, source : str
        Name of the data set that the protocol is of, and where it is.
    """
    text = describe_decision(decision, version, champion)
    run_id = log_promotion(
        versions.client, versions.config, decision, version, champion, text, (data, source)
    )
    tags = {
        DECISION: decision.result, AGAINST: champion, PROTOCOL: decision.digest,
        REASON: decision.reason, TABLE: json.dumps(list_rows(decision.rows)), RUN: run_id,
        TIME: _now(),
    }  # fmt: skip
    versions.write_tags(version, tags)
    write_decision(versions.client, versions.name, version, text)


def promote(versions: ModelVersions, version: str, champion: str) -> None:
    """Make a version the champion.

    Parameters
    ----------
    versions : ModelVersions
    version, champion : str
        Numbers; the champion is the one that was compared with, ``""`` where there was none.

    Raises
    ------
    UserError
        When `champion` is no longer the champion: somebody else has promoted meanwhile.
    """
    now, client, config = versions.find_champion(), versions.client, versions.config
    if now != champion:
        rule = f"version {now} became the champion meanwhile"
        raise UserError(MODEL, rule, "call it again: it compares with that one")
    versions.write_tags(version, {REPLACED: champion})
    client.set_registered_model_alias(versions.name, config.alias, version)
    if versions.read_aliases().get(config.challenger) == version:
        client.delete_registered_model_alias(versions.name, config.challenger)
    show_in_use(client, versions.name, version)


def roll_back(versions: ModelVersions, reason: str) -> tuple[str, str]:
    """Make the version that the champion replaced champion again.

    Parameters
    ----------
    versions : ModelVersions
    reason : str
        Is recorded.

    Returns
    -------
    (str, str)
        Numbers of the version taken back and of the one that is in use again.

    Raises
    ------
    UserError
        When there is no champion, or it replaced none.
    """
    champion = versions.find_champion()
    former = versions.read_tags(champion).get(REPLACED, "") if champion else ""
    if not former:
        rule = f"the champion (version {champion or 'none'}) replaced no other"
        raise UserError(MODEL, rule, "promote a version with promotion.challenger=NUMBER")
    versions.read_tags(former)  # it may have been deleted
    versions.write_tags(champion, {DECISION: ROLLED_BACK, REASON: reason, TIME: _now()})
    said = f" Reason: {reason}" if reason else ""
    text = f"## Promotion: {ROLLED_BACK}\n\nVersion {former} is in use again.{said}"
    versions.client.set_registered_model_alias(versions.name, versions.config.alias, former)
    write_decision(versions.client, versions.name, champion, text)
    show_in_use(versions.client, versions.name, former)
    return champion, former


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""Promotions in MLflow's registry: which version is in use, what was decided, the way back."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import TrackingConfig
from ecg_anomaly.evaluation.promotion.promotion_decision import (
    PromotionDecision,
    describe_decision,
    list_rows,
)
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.promotion_runs import log_promotion
from ecg_anomaly.tracking.registry import fetch_detector
from ecg_anomaly.tracking.store import check_reachable, tracking_uri
from ecg_anomaly.tracking.version_pages import show_in_use, write_decision

#: Tags of a version, and of the registered model the protocol that promotions are made on.
DECISION, TABLE, PROTOCOL = "promotion.decision", "promotion.table", "promotion.protocol"
AGAINST, REASON, RUN, TIME = (
    "promotion.against", "promotion.reason", "promotion.run", "promotion.time",
)  # fmt: skip

#: The version that a champion replaced; and what `DECISION` says of one that was taken back.
REPLACED, ROLLED_BACK = "promotion.replaced", "rolled back"

MODEL, WAY_OUT = "tracking.registered_model", "check tracking.uri, or $MLFLOW_TRACKING_URI"


@contextmanager
def open_registry(config: TrackingConfig) -> Iterator["PromotionRegistry"]:
    """Open the registry for a promotion; whatever MLflow raises becomes one line.

    Raises
    ------
    UserError
        When tracking is disabled, the store does not answer, or MLflow refuses something.
    """
    if not config.enabled:
        raise UserError(
            "tracking.enabled", "false; a promotion is kept in MLflow", "set it to true"
        )
    uri = tracking_uri(config.uri)
    try:
        check_reachable(uri)
    except (OSError, sqlite3.Error) as error:
        raise UserError(uri, f"does not answer ({error})", WAY_OUT) from error
    import mlflow
    from mlflow.exceptions import MlflowException

    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    try:
        yield PromotionRegistry(mlflow.MlflowClient(), config)
    except MlflowException as error:
        raise UserError(uri, f"MLflow refused ({error.message})", WAY_OUT) from error


class PromotionRegistry:
    """The versions of the configured model; errors of MLflow are those of `open_registry`.

    Parameters
    ----------
    client : mlflow.MlflowClient
    config : TrackingConfig
        Names the model and its two aliases.
    """

    def __init__(self, client: Any, config: TrackingConfig) -> None:
        self._client, self._config, self._name = client, config, config.registered_model

    def find_champion(self) -> str:
        """Return the number of the version in use, ``""`` when none is."""
        return self._aliases().get(self._config.alias, "")

    def find_challenger(self, number: int | None) -> str:
        """Return the number of the version that wants to be champion.

        Parameters
        ----------
        number : int or None
            None takes the one with the alias.

        Raises
        ------
        UserError
            When there is none, or it is the champion.
        """
        aliases = self._aliases()
        version = aliases.get(self._config.challenger, "") if number is None else str(number)
        if not version:
            rule = f"no version of {self._name} has the alias {self._config.challenger}"
            raise UserError("promotion.challenger", rule, "`dvc repro` registers one, or name one")
        self._tags(version)
        if version == aliases.get(self._config.alias):
            rule = f"version {version} is the champion already"
            raise UserError("promotion.challenger", rule, "nothing needs to be done")
        return version

    def fetch(self, version: str) -> AbstractContextManager[Path]:
        """Bring the detector folder of a version; see `registry.fetch_detector`."""
        return fetch_detector(f"models:/{self._name}/{version}", self._config.uri)

    def check_protocol(self, digest: str, named: str | None) -> None:
        """Hold promotions to one protocol: the first one made, or one that is named on purpose.

        Parameters
        ----------
        digest : str
            Of the protocol at hand.
        named : str or None
            How its digest begins, to take it for the protocol from now on.

        Raises
        ------
        UserError
            When promotions have been made on another one, and it is not named.
        """
        known = self._client.get_registered_model(self._name).tags.get(PROTOCOL)
        if named is not None:
            if len(named) < 12 or not digest.startswith(named):
                rule = f"{named!r} is not how the digest of these recordings begins: {digest[:12]}"
                raise UserError("promotion.protocol", rule, "name 12 characters of it or more")
        elif known not in (None, digest):
            rule = f"digest {digest[:12]}, the promotions before were made on {known[:12]}"
            way_out = f"restore those recordings, or set promotion.protocol={digest[:12]}"
            raise UserError("promotion.records", rule, way_out)
        self._client.set_registered_model_tag(self._name, PROTOCOL, digest)

    def check_comparable(self, version: str, champion: str) -> None:
        """Refuse a comparison without champion, and of a version that was champion.

        Raises
        ------
        UserError
            When there is no champion, or the version was taken back: figures had not shown why.
        """
        way_out = "set promotion.force=true and a reason"
        if not champion:
            rule = f"no version of {self._name} has the alias {self._config.alias}"
            raise UserError("tracking.alias", rule, way_out)
        if self._tags(version).get(DECISION) == ROLLED_BACK:
            raise UserError("promotion.challenger", f"version {version} was rolled back", way_out)

    def record(
        self, decision: PromotionDecision, version: str, champion: str, data: str, source: str
    ) -> None:
        """Write a decision to an MLflow run, and to the tags and the description of a version.

        Parameters
        ----------
        decision : PromotionDecision
        version, champion : str
            Numbers; ``""`` where there was no champion.
        data, source : str
            Name of the data set that the protocol is of, and where it is.
        """
        text = describe_decision(decision, version, champion)
        run_id = log_promotion(
            self._client, self._config, decision, version, champion, text, (data, source)
        )
        tags = {
            DECISION: decision.result, AGAINST: champion, PROTOCOL: decision.digest,
            REASON: decision.reason, TABLE: json.dumps(list_rows(decision.rows)), RUN: run_id,
            TIME: _now(),
        }  # fmt: skip
        for key, value in tags.items():
            self._client.set_model_version_tag(self._name, version, key, value)
        write_decision(self._client, self._name, version, text)

    def promote(self, version: str, champion: str) -> None:
        """Make a version the champion.

        Raises
        ------
        UserError
            When `champion` is no longer the champion: somebody else has promoted meanwhile.
        """
        now = self.find_champion()
        if now != champion:
            rule = f"version {now} became the champion meanwhile"
            raise UserError(MODEL, rule, "call it again: it compares with that one")
        self._client.set_model_version_tag(self._name, version, REPLACED, champion)
        self._client.set_registered_model_alias(self._name, self._config.alias, version)
        if self._aliases().get(self._config.challenger) == version:
            self._client.delete_registered_model_alias(self._name, self._config.challenger)
        show_in_use(self._client, self._name, version)

    def roll_back(self, reason: str) -> tuple[str, str]:
        """Make the version that the champion replaced champion again.

        Parameters
        ----------
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
        champion = self.find_champion()
        former = self._tags(champion).get(REPLACED, "") if champion else ""
        if not former:
            rule = f"the champion (version {champion or 'none'}) replaced no other"
            raise UserError(MODEL, rule, "promote a version with promotion.challenger=NUMBER")
        self._tags(former)  # it may have been deleted
        tags = {DECISION: ROLLED_BACK, REASON: reason, TIME: _now()}
        for key, value in tags.items():
            self._client.set_model_version_tag(self._name, champion, key, value)
        said = f" {reason}" if reason else ""
        text = f"## Promotion: {ROLLED_BACK}\n\nVersion {former} is in use again.{said}"
        self._client.set_registered_model_alias(self._name, self._config.alias, former)
        write_decision(self._client, self._name, champion, text)
        show_in_use(self._client, self._name, former)
        return champion, former

    def _aliases(self) -> dict[str, str]:
        """Return the version, as a number, behind each alias of the model."""
        from mlflow.exceptions import MlflowException

        try:
            aliases = self._client.get_registered_model(self._name).aliases
        except MlflowException as error:
            rule = f"no registered model {self._name!r} in the store"
            raise UserError(MODEL, rule, f"run `dvc repro`, or {WAY_OUT}") from error
        return {alias: str(version) for alias, version in aliases.items()}

    def _tags(self, version: str) -> dict[str, str]:
        from mlflow.exceptions import MlflowException

        try:
            return dict(self._client.get_model_version(self._name, version).tags)
        except MlflowException as error:
            rule = f"{self._name} has no version {version}"
            raise UserError("promotion.challenger", rule, "see `make ui`") from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

"""The versions of the registered model: which one is the champion, which one the challenger."""

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import TrackingConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.registry import fetch_detector
from ecg_anomaly.tracking.store import check_reachable, tracking_uri

MODEL, WAY_OUT = "tracking.registered_model", "check tracking.uri, or $MLFLOW_TRACKING_URI"


@contextmanager
def open_versions(config: TrackingConfig) -> Iterator["ModelVersions"]:
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
        yield ModelVersions(mlflow.MlflowClient(), config)
    except MlflowException as error:
        raise UserError(uri, f"MLflow refused ({error.message})", WAY_OUT) from error


class ModelVersions:
    """The versions of the configured model; other errors of MLflow are those of `open_versions`.

    Parameters
    ----------
    client : mlflow.MlflowClient
    config : TrackingConfig
        Names the model and its two aliases.

    Attributes
    ----------
    client, config
        As given.
    name : str
        Of the registered model.
    """

    def __init__(self, client: Any, config: TrackingConfig) -> None:
        self.client, self.config, self.name = client, config, config.registered_model

    def find_champion(self) -> str:
        """Return the number of the version in use, ``""`` when none is."""
        return self.read_aliases().get(self.config.alias, "")

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
        aliases = self.read_aliases()
        version = aliases.get(self.config.challenger, "") if number is None else str(number)
        if not version:
            rule = f"no version of {self.name} has the alias {self.config.challenger}"
            raise UserError("promotion.challenger", rule, "`dvc repro` registers one, or name one")
        self.read_tags(version)
        if version == aliases.get(self.config.alias):
            rule = f"version {version} is the champion already"
            raise UserError("promotion.challenger", rule, "nothing needs to be done")
        return version

    def fetch(self, version: str) -> AbstractContextManager[Path]:
        """Bring the detector folder of a version; see `registry.fetch_detector`."""
        return fetch_detector(f"models:/{self.name}/{version}", self.config.uri)

    def read_aliases(self) -> dict[str, str]:
        """Return the version, as a number, behind each alias of the model.

        Raises
        ------
        UserError
            When no such model is registered.
        """
        from mlflow.exceptions import MlflowException

        try:
            aliases = self.client.get_registered_model(self.name).aliases
        except MlflowException as error:
            rule = f"no registered model {self.name!r} in the store"
            raise UserError(MODEL, rule, f"run `dvc repro`, or {WAY_OUT}") from error
        return {alias: str(version) for alias, version in aliases.items()}

    def read_tags(self, version: str) -> dict[str, str]:
        """Return the tags of a version.

        Raises
        ------
        UserError
            When there is no such version.
        """
        from mlflow.exceptions import MlflowException

        try:
            return dict(self.client.get_model_version(self.name, version).tags)
        except MlflowException as error:
            rule = f"{self.name} has no version {version}"
            raise UserError("promotion.challenger", rule, "see `make ui`") from error

    def write_tags(self, version: str, tags: dict[str, str]) -> None:
        """Set tags of a version."""
        for key, value in tags.items():
            self.client.set_model_version_tag(self.name, version, key, value)

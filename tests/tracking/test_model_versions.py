"""Versions of the registered model: aliases and tags, and one line for what MLflow refuses."""

from dataclasses import replace
from pathlib import Path

import pytest

from default_config import tracking_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import ModelVersions, open_versions

CONFIG = tracking_config()
NAME = CONFIG.registered_model


@pytest.fixture
def versions(client, project: Path) -> ModelVersions:
    """Three versions, the first in use, the last registered the challenger."""
    client.create_registered_model(NAME)
    for _ in range(3):
        client.create_model_version(NAME, project.as_uri())
    client.set_registered_model_alias(NAME, CONFIG.alias, "1")
    client.set_registered_model_alias(NAME, CONFIG.challenger, "3")
    return ModelVersions(client, CONFIG)


def test_champion_and_challenger_are_found_by_alias_or_number(versions: ModelVersions) -> None:
    assert versions.find_champion() == "1"
    assert versions.find_challenger(None) == "3"
    assert versions.find_challenger(2) == "2"


@pytest.mark.parametrize(
    ("number", "rule"), [(1, "champion already"), (7, f"{NAME} has no version 7")]
)
def test_what_cannot_be_challenger_is_refused(versions, number: int, rule: str) -> None:
    with pytest.raises(UserError, match=rule):
        versions.find_challenger(number)


def test_without_a_challenger_the_way_out_names_one(versions: ModelVersions) -> None:
    versions.client.delete_registered_model_alias(NAME, CONFIG.challenger)
    with pytest.raises(UserError, match="has the alias challenger"):
        versions.find_challenger(None)


def test_tags_are_read_as_written(versions: ModelVersions) -> None:
    versions.write_tags("2", {"a": "b", "c": ""})
    assert versions.read_tags("2") == {"a": "b", "c": ""}


def test_a_model_that_is_not_registered_is_one_line(client) -> None:
    with pytest.raises(UserError, match="no registered model"):
        ModelVersions(client, CONFIG).find_champion()


def test_without_a_store_there_is_no_promotion(project: Path) -> None:
    for changed in ({"enabled": False}, {"uri": "http://127.0.0.1:9"}):
        with pytest.raises(UserError), open_versions(replace(CONFIG, **changed)):
            pass


def test_what_mlflow_refuses_is_one_line(project: Path) -> None:
    with pytest.raises(UserError, match="MLflow refused"), open_versions(CONFIG) as versions:
        versions.client.get_registered_model("")

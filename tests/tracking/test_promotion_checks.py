"""Before two versions are compared: the protocol is that of before, and neither was taken back."""

from pathlib import Path

import pytest

from default_config import tracking_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import ModelVersions
from ecg_anomaly.tracking.promotion_checks import (
    DECISION,
    PROTOCOL,
    ROLLED_BACK,
    check_comparable,
    check_protocol,
)

CONFIG = tracking_config()
NAME = CONFIG.registered_model
FIRST, OTHER = "ab" * 32, "cd" * 32


@pytest.fixture
def versions(client, project: Path) -> ModelVersions:
    client.create_registered_model(NAME)
    client.create_model_version(NAME, project.as_uri())
    return ModelVersions(client, CONFIG)


def kept(versions: ModelVersions) -> str:
    return versions.client.get_registered_model(NAME).tags[PROTOCOL]


def test_the_first_protocol_is_kept_and_another_one_refused_until_it_is_named(versions) -> None:
    check_protocol(versions, FIRST, None)
    check_protocol(versions, FIRST, None)
    with pytest.raises(UserError, match="were made on abababababab"):
        check_protocol(versions, OTHER, None)
    assert kept(versions) == FIRST
    check_protocol(versions, OTHER, OTHER[:12])
    assert kept(versions) == OTHER


@pytest.mark.parametrize("named", ["", "cd", "ab" * 6, "é" * 500])
def test_a_digest_is_named_by_its_beginning(versions, named: str) -> None:
    with pytest.raises(UserError, match="begins") as refused:
        check_protocol(versions, OTHER, named)
    assert len(str(refused.value)) < 250


def test_without_a_champion_or_after_a_rollback_only_force_promotes(versions) -> None:
    check_comparable(versions, "1", "2")
    with pytest.raises(UserError, match="has the alias champion") as refused:
        check_comparable(versions, "1", "")
    assert "promotion.force=true" in str(refused.value)
    versions.write_tags("1", {DECISION: ROLLED_BACK})
    with pytest.raises(UserError, match="version 1 was rolled back"):
        check_comparable(versions, "1", "2")

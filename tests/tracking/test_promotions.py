"""The alias `champion` moves through the gate alone: a better, an equal and a worse detector."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from default_config import ROOT, pipeline_config, tracking_config
from ecg_anomaly.config.promotion_schema import MarginsConfig, PromotionConfig, PromotionRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import open_versions
from ecg_anomaly.tracking.promotions import promote
from ecg_anomaly.tracking.registry import give_alias
from promote_model import NOT_PROMOTED, promote_model
from promotion_folder import NAME, register, write_detectors, write_protocol, write_split

#: Multiples of the toy's threshold: a lower one flags many normal beats.
THRESHOLDS = {"worse": 0.3, "plain": 1.0, "equal": 1.0}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return write_detectors(tmp_path_factory.mktemp("toys"), **THRESHOLDS)


@pytest.fixture
def registered(client, project: Path, folders: dict[str, Path]) -> Callable[..., None]:
    """Register toys by name as versions 1, 2, ...; the first is champion, the last challenger."""
    write_protocol(project)

    def give(*names: str) -> None:
        versions = [register(client, folders[name]) for name in names]
        client.set_registered_model_alias(NAME, "champion", versions[0])
        if len(versions) > 1:
            client.set_registered_model_alias(NAME, "challenger", versions[-1])

    return give


def call(**changes: object) -> None:
    settings = yaml.safe_load((ROOT / "conf/promotion/default.yaml").read_text(encoding="utf-8"))
    settings["margins"] = MarginsConfig(**settings["margins"])
    settings |= {"slowdown": 50.0, "bootstrap_samples": 100} | changes  # toys take milliseconds
    groups = vars(pipeline_config())
    promote_model(PromotionRunConfig(**groups, promotion=PromotionConfig(**settings)))


def aliases(client) -> dict[str, str]:
    found = client.get_registered_model(NAME).aliases
    return {alias: str(version) for alias, version in found.items()}


@pytest.mark.parametrize(
    ("names", "promoted"),
    [(("worse", "plain"), True), (("plain", "equal"), True), (("plain", "worse"), False)],
)
def test_the_gate_decides_and_the_version_says_why(
    registered, client, capsys, names: tuple[str, str], promoted: bool
) -> None:
    registered(*names)
    if promoted:
        call()
    else:
        with pytest.raises(SystemExit) as refused:
            call()
        assert refused.value.code == NOT_PROMOTED
    known = {"champion": "2"} if promoted else {"champion": "1", "challenger": "2"}
    assert aliases(client) == known
    version = client.get_model_version(NAME, "2")
    assert version.tags["promotion.decision"] == ("promoted" if promoted else "refused")
    assert {row["figure"] for row in json.loads(version.tags["promotion.table"])} > {"f1"}
    assert "| false alarm rate |" in version.description
    assert client.get_run(version.tags["promotion.run"]).inputs.dataset_inputs
    assert "| F1 |" in capsys.readouterr().out


def test_a_reason_promotes_the_worse_and_one_command_takes_it_back(registered, client) -> None:
    registered("plain", "worse")
    call(force=True, reason="the recorder changed")
    assert aliases(client) == {"champion": "2"}
    version = client.get_model_version(NAME, "2")
    assert version.tags["promotion.reason"] == "the recorder changed"
    assert "the recorder changed" in version.description
    assert "version 2" in client.get_registered_model(NAME).description
    call(action="rollback", reason="too many alarms")
    assert aliases(client) == {"champion": "1"}
    assert client.get_model_version(NAME, "2").tags["promotion.decision"] == "rolled back"
    assert "again. Reason: too many alarms" in client.get_model_version(NAME, "2").description
    with pytest.raises(UserError, match="was rolled back"):
        call(challenger=2)
    with pytest.raises(UserError, match="replaced no other"):
        call(action="rollback")


def test_another_protocol_must_be_named(registered, client, project: Path) -> None:
    registered("plain", "worse", "equal")
    call()
    old = client.get_registered_model(NAME).tags["promotion.protocol"]
    subjects = json.loads((project / "data/beats/split.json").read_text())["splits"][1]["subjects"]
    write_split(project, subjects[:3])
    with pytest.raises(UserError, match="were made on") as refused:
        call(challenger=1)
    assert client.get_registered_model(NAME).tags["promotion.protocol"] == old
    with pytest.raises(UserError, match="begins"):
        call(challenger=1, protocol="0" * 12)
    call(challenger=1, protocol=str(refused.value).rpartition("=")[2])
    assert aliases(client) == {"champion": "1"}
    assert client.get_registered_model(NAME).tags["promotion.protocol"] != old


def test_what_cannot_be_decided_is_one_line_and_changes_nothing(registered, client) -> None:
    with pytest.raises(UserError, match="no registered model"):
        call()
    registered("plain")
    for changes, rule in (
        ({}, "has the alias challenger"),
        ({"challenger": 1}, "champion already"),
        ({"challenger": 7}, "no version 7"),
    ):
        with pytest.raises(UserError, match=rule):
            call(**changes)
    assert aliases(client) == {"champion": "1"}


def test_the_first_version_ever_is_champion_and_every_later_one_challenger(
    client, folders: dict[str, Path]
) -> None:
    for known in (
        {"champion": "1"},
        {"champion": "1", "challenger": "2"},
        {"champion": "1", "challenger": "3"},
    ):
        give_alias(client, tracking_config(), register(client, folders["plain"]))
        assert aliases(client) == known


def test_a_promotion_made_meanwhile_is_not_undone(registered, client) -> None:
    registered("plain", "equal", "equal")
    with open_versions(tracking_config()) as versions:
        client.set_registered_model_alias(NAME, "champion", "2")
        with pytest.raises(UserError, match="became the champion meanwhile"):
            promote(versions, "3", "1")
    assert aliases(client) == {"champion": "2", "challenger": "3"}

"""What the script does where nothing can be compared; tests/tracking has the gate itself."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import yaml

import promote_model
from default_config import ROOT, pipeline_config, tracking_config
from ecg_anomaly.config.promotion_schema import MarginsConfig, PromotionConfig, PromotionRunConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.model_versions import ModelVersions


class FirstVersion(ModelVersions):
    """A registry whose version 1 wants to be champion where there is none."""

    def __init__(self) -> None:
        super().__init__(None, tracking_config())

    def find_challenger(self, number: int | None) -> str:
        return str(number or 1)

    def find_champion(self) -> str:
        return ""


def configured(**changes: object) -> PromotionRunConfig:
    settings = yaml.safe_load((ROOT / "conf/promotion/default.yaml").read_text(encoding="utf-8"))
    settings["margins"] = MarginsConfig(**settings["margins"])
    groups = vars(pipeline_config())
    return PromotionRunConfig(**groups, promotion=PromotionConfig(**{**settings, **changes}))


def test_what_cannot_be_compared_is_promoted_by_force_alone(capsys, monkeypatch):
    done: list[tuple] = []

    def record(_, decision, *__: str) -> None:
        done.append((decision.result, decision.protocol, decision.reason))

    monkeypatch.setattr(promote_model, "record_decision", record)
    monkeypatch.setattr(promote_model, "promote", lambda _, *versions: done.append(versions))
    with pytest.raises(UserError, match="has the alias champion"):
        promote_model.decide(FirstVersion(), configured())
    assert done == []
    reason = "the first of this site"
    promote_model.decide(FirstVersion(), configured(force=True, reason=reason))
    without = (
        "without a comparison (tracking.alias: no version of ecg-anomaly has the alias champion)"
    )
    assert done == [("forced", without, reason), ("1", "")]
    assert f"By force: {reason}" in capsys.readouterr().out


@pytest.mark.parametrize("promotes", [True, False])
def test_a_refusal_has_its_exit_status(monkeypatch: pytest.MonkeyPatch, promotes: bool):
    decided = SimpleNamespace(promotes=promotes, broken=["f1"])
    monkeypatch.setattr(promote_model, "decide", lambda *_: decided)
    monkeypatch.setattr(promote_model, "open_versions", lambda _: nullcontext())
    if promotes:
        promote_model.promote_model(configured())
        return
    with pytest.raises(SystemExit) as ended:
        promote_model.promote_model(configured())
    assert ended.value.code == promote_model.NOT_PROMOTED

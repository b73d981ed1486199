"""What the script does where nothing can be compared; tests/tracking has the gate itself."""

from contextlib import nullcontext
from types import SimpleNamespace

import pytest
import yaml

import promote_model
from default_config import ROOT, pipeline_config
from ecg_anomaly.config.promotion_schema import MarginsConfig, PromotionConfig, PromotionRunConfig
from ecg_anomaly.files.errors import UserError


class FirstVersion:
    """A registry whose version 1 wants to be champion where there is none."""

    def __init__(self) -> None:
        self.done: list[tuple] = []

    def find_challenger(self, number: int | None) -> str:
        return str(number or 1)

    def find_champion(self) -> str:
        return ""

    def check_comparable(self, *_: str) -> None:
        raise UserError("tracking.alias", "no champion", "force it")

    def record(self, decision, *_: str) -> None:
        self.done.append((decision.result, decision.protocol, decision.reason))

    def promote(self, *versions: str) -> None:
        self.done.append(versions)


def configured(**changes: object) -> PromotionRunConfig:
    settings = yaml.safe_load((ROOT / "conf/promotion/default.yaml").read_text(encoding="utf-8"))
    settings["margins"] = MarginsConfig(**settings["margins"])
    groups = vars(pipeline_config())
    return PromotionRunConfig(**groups, promotion=PromotionConfig(**{**settings, **changes}))


def test_what_cannot_be_compared_is_promoted_by_force_alone(capsys):
    registry = FirstVersion()
    with pytest.raises(UserError, match="no champion"):
        promote_model.decide(registry, configured())
    assert registry.done == []
    promote_model.decide(registry, configured(force=True, reason="the first of this site"))
    without = "without a comparison (tracking.alias: no champion)"
    assert registry.done == [("forced", without, "the first of this site"), ("1", "")]
    assert "By force: the first of this site" in capsys.readouterr().out


@pytest.mark.parametrize("promotes", [True, False])
def test_a_refusal_has_its_exit_status(monkeypatch: pytest.MonkeyPatch, promotes: bool):
    decided = SimpleNamespace(promotes=promotes, broken=["f1"])
    monkeypatch.setattr(promote_model, "decide", lambda *_: decided)
    monkeypatch.setattr(promote_model, "open_registry", lambda _: nullcontext())
    if promotes:
        promote_model.promote_model(configured())
        return
    with pytest.raises(SystemExit) as ended:
        promote_model.promote_model(configured())
    assert ended.value.code == promote_model.NOT_PROMOTED

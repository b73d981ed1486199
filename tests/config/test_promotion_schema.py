"""The configuration of a promotion composes on params.yaml, and values keep their rules."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore

from ecg_anomaly.config.hydra_entry import to_dataclass
from ecg_anomaly.config.promotion_schema import PromotionRunConfig
from ecg_anomaly.evaluation.promotion.protocol_scores import FIGURES
from ecg_anomaly.files.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def compose_promotion(monkeypatch):
    """Compose as the script does."""
    monkeypatch.chdir(ROOT)
    ConfigStore.instance().store(name="promotion_schema", node=PromotionRunConfig)
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        yield lambda *words: to_dataclass(
            compose("promotion", overrides=list(words)), PromotionRunConfig
        )


def test_every_figure_has_a_margin(compose_promotion):
    config = compose_promotion()
    assert tuple(vars(config.promotion.margins)) == FIGURES
    assert config.promotion.action == "promote"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (["promotion.force=true"], "needs a reason"),
        (["promotion.force=true", "promotion.reason=' '"], "needs a reason"),
        (["promotion.margins.f1=-0.1"], "outside"),
        (["promotion.margins.f1=nan"], "outside"),
        (["promotion.slowdown=0"], "outside"),
        (["promotion.confidence=1"], "outside"),
        (["promotion.challenger=0"], "outside"),
        (["promotion.action=demote"], "not one of promote, rollback"),
        (["tracking.challenger=champion"], "two names"),
    ],
)
def test_values_keep_their_rules(compose_promotion, words, rule):
    with pytest.raises(UserError, match=rule):
        compose_promotion(*words)


def test_a_reason_is_one_line(compose_promotion):
    config = compose_promotion("promotion.force=true", "promotion.reason='a\n  b'")
    assert config.promotion.reason == "a b"

"""Schema of the configuration of a promotion: the groups of a pipeline, and group `promotion`.

Group `promotion` is not in params.yaml, because no stage reads it.
"""

from dataclasses import dataclass

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.config.value_checks import check_choice, check_range, check_seed
from ecg_anomaly.files.errors import UserError

ACTIONS = ("promote", "rollback")

WAY_OUT = "change it in conf/promotion/ or on the command line"


@dataclass(kw_only=True)
class MarginsConfig:
    """How much worse than the champion a challenger may be, metric by metric."""

    average_precision: float
    f1: float
    veb_sensitivity: float
    veb_predictivity: float
    sveb_sensitivity: float
    sveb_predictivity: float
    false_alarm_rate: float

    def __post_init__(self) -> None:
        for key, margin in vars(self).items():
            check_range(f"promotion.margins.{key}", margin, 0, 1, low_included=True)


@dataclass(kw_only=True)
class PromotionConfig:
    """Challenger, recordings and margins of the comparison, and whether it is overruled."""

    action: str
    challenger: int | None
    records: str
    split: str
    protocol: str | None
    margins: MarginsConfig
    slowdown: float
    bootstrap_samples: int
    confidence: float
    seed: int
    force: bool
    reason: str

    def __post_init__(self) -> None:
        check_choice("promotion.action", self.action, ACTIONS)
        if self.challenger is not None:
            check_range("promotion.challenger", self.challenger, 1, low_included=True)
        check_range("promotion.slowdown", self.slowdown)
        check_range(
            "promotion.bootstrap_samples", self.bootstrap_samples, 1, 1e6, low_included=True
        )
        check_range("promotion.confidence", self.confidence, 0, 1, high_included=False)
        check_seed("promotion.seed", self.seed)
        self.reason = " ".join(self.reason.split())
        if self.force and not self.reason:
            rule = "a promotion that no comparison decides needs a reason, which is recorded"
            raise UserError("promotion.force", rule, "add 'promotion.reason=\"...\"'")


@dataclass(kw_only=True)
class PromotionRunConfig(PipelineConfig):
    """Everything that a promotion is run with."""

    promotion: PromotionConfig

"""What may stand in params.yaml: one dataclass per configuration group.

The comments for people are in conf/, where the values are chosen. In the modules gathered here
stand the types, the defaults of a bare library call, and the rules; a value against a rule raises
`UserError`.
"""

from dataclasses import dataclass, field

from ecg_anomaly.config.beat_schema import (
    FeaturesConfig,
    PreprocessConfig,
    SelectionConfig,
    SynthesisConfig,
)
from ecg_anomaly.config.data_schema import DatasetConfig, SimulationConfig, SplitConfig
from ecg_anomaly.config.evaluation_schema import EvaluationConfig, ThresholdConfig, TrackingConfig
from ecg_anomaly.config.learning_schema import BaselinesConfig, ModelConfig, TrainingConfig

__all__ = [
    "BaselinesConfig",
    "DatasetConfig",
    "EvaluationConfig",
    "FeaturesConfig",
    "ModelConfig",
    "PipelineConfig",
    "PreprocessConfig",
    "SelectionConfig",
    "SimulationConfig",
    "SplitConfig",
    "SynthesisConfig",
    "ThresholdConfig",
    "TrackingConfig",
    "TrainingConfig",
]


@dataclass
class PipelineConfig:
    """Everything in params.yaml."""

    dataset: DatasetConfig = field(default_factory=DatasetConfig)
    preprocess: PreprocessConfig = field(default_factory=PreprocessConfig)
    features: FeaturesConfig = field(default_factory=FeaturesConfig)
    model: ModelConfig = field(default_factory=ModelConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    baselines: BaselinesConfig = field(default_factory=BaselinesConfig)
    threshold: ThresholdConfig = field(default_factory=ThresholdConfig)
    evaluation: EvaluationConfig = field(default_factory=EvaluationConfig)
    tracking: TrackingConfig = field(default_factory=TrackingConfig)

"""Schema of params.yaml: a dataclass for each configuration group, with the rules of its values.

The values, and comments for people, are in conf/. The dataclasses have no defaults: every key must
be given. A value against its rule raises `UserError`.
"""

from dataclasses import dataclass

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


@dataclass(kw_only=True)
class PipelineConfig:
    """Everything in params.yaml."""

    dataset: DatasetConfig
    preprocess: PreprocessConfig
    features: FeaturesConfig
    model: ModelConfig
    training: TrainingConfig
    baselines: BaselinesConfig
    threshold: ThresholdConfig
    evaluation: EvaluationConfig
    tracking: TrackingConfig

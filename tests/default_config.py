"""The configuration of conf/ for tests: each function gives one group, with changes by keyword."""

from copy import deepcopy
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import (
    BaselinesConfig,
    DatasetConfig,
    EvaluationConfig,
    FeaturesConfig,
    ModelConfig,
    PipelineConfig,
    PreprocessConfig,
    SelectionConfig,
    SimulationConfig,
    SplitConfig,
    SynthesisConfig,
    ThresholdConfig,
    TrackingConfig,
    TrainingConfig,
)
from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig

ROOT = Path(__file__).resolve().parents[1]


@cache
def _params() -> PipelineConfig:
    return read_params(ROOT)


def pipeline_config(**changes: Any) -> PipelineConfig:
    return replace(deepcopy(_params()), **changes)


def preprocess_config(**changes: Any) -> PreprocessConfig:
    return replace(pipeline_config().preprocess, **changes)


def features_config(**changes: Any) -> FeaturesConfig:
    return replace(pipeline_config().features, **changes)


def selection_config(**changes: Any) -> SelectionConfig:
    return replace(features_config().selection, **changes)


def synthesis_config(**changes: Any) -> SynthesisConfig:
    return replace(features_config().synthesis, **changes)


def dataset_config(**changes: Any) -> DatasetConfig:
    return replace(pipeline_config().dataset, **changes)


def simulation_config(**changes: Any) -> SimulationConfig:
    simulation = dataset_config().simulation
    assert simulation is not None
    return replace(simulation, **{"difficult": False, **changes})


def split_config(**changes: Any) -> SplitConfig:
    return replace(dataset_config().split, **changes)


def model_config(**changes: Any) -> ModelConfig:
    return replace(pipeline_config().model, **changes)


def training_config(**changes: Any) -> TrainingConfig:
    return replace(pipeline_config().training, **changes)


def baselines_config(**changes: Any) -> BaselinesConfig:
    return replace(pipeline_config().baselines, **changes)


def threshold_config(**changes: Any) -> ThresholdConfig:
    return replace(pipeline_config().threshold, **changes)


def evaluation_config(**changes: Any) -> EvaluationConfig:
    return replace(pipeline_config().evaluation, **changes)


def tracking_config(**changes: Any) -> TrackingConfig:
    return replace(pipeline_config().tracking, **changes)


def search_config(**changes: Any) -> SearchConfig:
    text = (ROOT / "conf/search/default.yaml").read_text(encoding="utf-8")
    return SearchConfig(**{**yaml.safe_load(text), **changes})


def search_run_config(**changes: Any) -> SearchRunConfig:
    params = pipeline_config()
    groups = {group.name: getattr(params, group.name) for group in fields(params)}
    return SearchRunConfig(**{**groups, "search": search_config(), **changes})

from dataclasses import asdict

import pytest

from ecg_anomaly.config.pipeline_schema import (
    ModelConfig,
    PipelineConfig,
    SimulationConfig,
    TrackingConfig,
)
from ecg_anomaly.tracking.parameters import MOST_CHARACTERS, flatten_config, pipeline_key


def test_every_key_of_every_group_is_flattened_but_for_tracking() -> None:
    config = PipelineConfig()
    config.dataset.simulation = SimulationConfig()
    flat = flatten_config(config)
    groups = {key.split(".")[0] for key in flat}
    assert groups == set(asdict(config)) - {"tracking"}
    assert flat["dataset.simulation.seed"] == "2003"
    assert flat["features.selection.max_correlation"] == "0.95"
    assert flat["model.units"] == "48"
    assert flat["dataset.subjects"] == "{}"


def test_long_values_are_cut_to_what_mlflow_takes() -> None:
    config = PipelineConfig()
    config.dataset.exclude = [f"record{i}" for i in range(2000)]
    assert len(flatten_config(config)["dataset.exclude"]) == MOST_CHARACTERS


def test_the_key_is_that_of_method_and_commit() -> None:
    plain = pipeline_key(PipelineConfig(), "abc")
    assert plain == pipeline_key(PipelineConfig(), "abc")
    assert plain == pipeline_key(PipelineConfig(tracking=TrackingConfig(alias="other")), "abc")
    assert plain != pipeline_key(PipelineConfig(), "abd")
    assert plain != pipeline_key(PipelineConfig(model=ModelConfig(units=47)), "abc")


@pytest.mark.parametrize("group", sorted(set(asdict(PipelineConfig())) - {"tracking"}))
def test_a_change_in_any_group_changes_the_key(group: str) -> None:
    config = PipelineConfig()
    key = "name" if group == "dataset" else next(iter(vars(getattr(config, group))))
    setattr(getattr(config, group), key, "changed")
    assert pipeline_key(config, "") != pipeline_key(PipelineConfig(), "")

"""The configuration that people write, the snapshot of it, and the schema: all three agree."""

from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from ecg_anomaly.config.hydra_entry import to_dataclass
from ecg_anomaly.config.params_file import compose_params
from ecg_anomaly.config.pipeline_schema import PipelineConfig

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "conf"
CHOICES = sorted(path.relative_to(CONF).with_suffix("") for path in CONF.glob("*/*.yaml"))
#: Groups of scripts that are no stage, which their own tests compose; limits that no stage reads.
ELSEWHERE = ("benchmark", "search", "promotion", "findings", "live")
CHOICES = [choice for choice in CHOICES if choice.parent.name not in ELSEWHERE]

#: Beats that came already cut out choose the network that suits them.
ALSO_CHANGES = {"dataset/ecg5000": {"model", "training"}}


@pytest.fixture(scope="module")
def compose_conf():
    with initialize_config_dir(str(CONF), version_base="1.3"):
        yield cache(lambda *overrides: compose("config", overrides=list(overrides)))


def assert_same_keys(content: dict, schema: object, where: str) -> None:
    names = {field.name for field in fields(schema)}
    assert content.keys() == names, f"{where}: {content.keys() ^ names}"
    for name in names:
        value = getattr(schema, name)
        if is_dataclass(value):
            assert_same_keys(content[name], value, f"{where}.{name}")


def test_params_are_what_conf_composes(tmp_path):
    compose_params(ROOT, tmp_path / "params.yaml")
    assert (tmp_path / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_every_file_of_conf_composes_and_says_every_key_of_the_schema(compose_conf, choice):
    config = compose_conf(f"{choice.parent}={choice.name}")
    checked = to_dataclass(config, PipelineConfig)
    assert isinstance(checked, PipelineConfig)
    content = OmegaConf.to_container(config, resolve=True)
    assert_same_keys(content, checked, "conf")


@pytest.mark.parametrize("choice", [c for c in CHOICES if c.parent.name != "experiment"], ids=str)
def test_a_file_changes_its_own_group_alone(compose_conf, choice):
    default, changed = compose_conf(), compose_conf(f"{choice.parent}={choice.name}")
    allowed = {choice.parent.name} | ALSO_CHANGES.get(choice.as_posix(), set())
    assert {key for key in default if default[key] != changed[key]} <= allowed


def test_every_experiment_says_the_command_that_runs_it():
    for path in (CONF / "experiment").glob("*.yaml"):
        assert f"dvc exp run -S experiment={path.stem}" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", ["config.yaml", *(f"{choice}.yaml" for choice in CHOICES)])
def test_nothing_in_conf_depends_on_the_machine_or_the_clock(source):
    text = (CONF / source).read_text(encoding="utf-8")
    for word in ("${hydra:", "${now:", "/home/", "/Users/"):
        assert word not in text

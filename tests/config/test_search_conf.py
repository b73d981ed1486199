"""The sweep's configuration: every space composes on params.yaml, and values keep their rules."""

from itertools import product
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.config_store import ConfigStore

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.config.hydra_entry import to_dataclass
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.parameter_rules import GROUPS
from ecg_anomaly.search.space import changes_beats, configured_point, read_space
from ecg_anomaly.search.trials import configure

ROOT = Path(__file__).resolve().parents[2]
SPACES = sorted(path.stem for path in (ROOT / "conf/search").glob("*.yaml"))


@pytest.fixture
def compose_search(monkeypatch):
    """Compose as the scripts do."""
    monkeypatch.chdir(ROOT)
    ConfigStore.instance().store(name="search_schema", node=SearchRunConfig)
    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        yield lambda *words: to_dataclass(compose("search", overrides=list(words)), SearchRunConfig)


@pytest.mark.parametrize("space", SPACES)
def test_every_space_composes_and_its_names_and_limits_hold(compose_search, space):
    config = compose_search(f"search={space}")
    parameters = read_space(config)
    assert {parameter.name.partition(".")[0] for parameter in parameters} <= set(GROUPS)
    text = (ROOT / f"conf/search/{space}.yaml").read_text(encoding="utf-8")
    assert "python src/search_architecture.py" in text
    assert space == "default" or config.search.study == space


def test_the_configured_network_lies_in_the_default_space(compose_search):
    config = compose_search()
    parameters = read_space(config)
    assert configured_point(parameters, config).keys() == {
        parameter.name for parameter in parameters
    }


def test_the_default_space_shares_the_features_and_that_of_windows_does_not(compose_search):
    shared, windows = (compose_search(*words) for words in ([], ["search=window"]))
    assert not changes_beats(read_space(shared))
    parameters = read_space(windows)
    assert changes_beats(parameters)
    names = {parameter.name for parameter in parameters}
    assert {"preprocess.window_before_s", "features.synthesis.rate_change"} <= names
    assert {parameter.name for parameter in read_space(shared)} < names


def test_every_window_that_is_searched_is_a_whole_number_of_steps(compose_search):
    config = compose_search("search=window")
    parameters = {
        parameter.name: parameter.choices for parameter in read_space(config) if parameter.choices
    }
    searched = ("preprocess.window_before_s", "preprocess.window_after_s", "model.samples_per_step")
    for before, after, samples in product(*(parameters[name] for name in searched)):
        changed = configure(config, dict(zip(searched, (before, after, samples), strict=True)))
        assert BeatWindow.from_config(changed.preprocess).n_samples % samples == 0


def test_a_network_of_conf_takes_the_place_of_that_of_params(compose_search):
    config = compose_search("model=lstm_autoencoder", "training=autoencoder", "search.n_trials=3")
    assert config.model.kind == "lstm_autoencoder"
    assert config.training.epochs == 25
    assert config.search.n_trials == 3


def test_a_parameter_can_be_changed_and_taken_out_by_name(compose_search):
    config = compose_search("search.space.model.units.high=128", "~search.space.training.noise")
    parameters = {parameter.name: parameter for parameter in read_space(config)}
    assert parameters["model.units"].config.high == 128
    assert "training.noise" not in parameters

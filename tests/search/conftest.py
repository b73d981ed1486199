import pytest
from toy_sweep import toy_config

from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage
from ecg_anomaly.search.study import begin_study


@pytest.fixture
def make_config(tmp_path):
    """Return a maker of sweeps in a folder of the test."""
    return lambda **settings: toy_config(**{"folder": tmp_path, **settings})


@pytest.fixture
def begin(make_config):
    """Return what begins a study: storage, config, parameters, study."""

    def begin(**settings):
        config = make_config(**settings)
        parameters, storage = read_space(config), open_storage(config.search)
        study = begin_study(storage, config, parameters, "data")
        return storage, config, parameters, study

    return begin

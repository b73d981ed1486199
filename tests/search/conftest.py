import shutil
from pathlib import Path

import pytest
from prepared_folder import SPACE, prepare_folder, prepared_config
from toy_sweep import toy_config

from default_config import search_config
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


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Make a folder as `dvc repro features` leaves it. Not to be changed."""
    return prepare_folder(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def data(prepared, tmp_path):
    """Give a copy of that folder that may be changed."""
    return Path(shutil.copytree(prepared, tmp_path / "data"))


@pytest.fixture
def config():
    """Configure a sweep over windows on that folder."""
    return prepared_config(search=search_config(space=SPACE))

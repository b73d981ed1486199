"""Studies to measure with: the space of conf/, in a folder of their own, and numbered workers."""

from ecg_anomaly.search.space import read_space
from lab.timing.timed_studies import SMALL, configure_study, default_search, number_worker


def test_a_study_is_kept_and_logged_in_its_folder(tmp_path):
    config = configure_study(tmp_path, SMALL, n_trials=3, pruner="none")
    assert config.search.folder == str(tmp_path)
    assert str(tmp_path) in config.tracking.uri
    assert (config.search.n_trials, config.search.pruner) == (3, "none")
    names = {f"{group}.{key}" for group, keys in default_search()["space"].items() for key in keys}
    assert {parameter.name for parameter in read_space(config)} == names


def test_a_worker_has_the_configuration_of_its_study_and_a_number(tmp_path):
    config = configure_study(tmp_path, SMALL)
    assert config.search.worker is None
    numbered = number_worker(config, "3")
    assert numbered.search.worker == 3
    assert numbered.search.space == config.search.space

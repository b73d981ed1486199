"""The plots of a study: drawn for any study, and the same for the same one."""

import pytest
from toy_sweep import toy_objective

from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.study_plots import measure_importances, read_search_ranges, write_plots
from ecg_anomaly.search.worker import Worker

NAMES = ["history", "importances", "intermediate_values", "parallel_coordinates"]


@pytest.fixture
def searched(begin):
    """Return what does a sweep of so many trials: the study and its trials."""

    def search(n_trials, objective=None, **settings):
        storage, config, parameters, study = begin(n_trials=n_trials, **settings)
        Worker(storage, config, parameters, objective or toy_objective()).work()
        return study, read_trials(study)

    return search


def test_a_study_is_drawn_and_drawn_alike_again(searched, tmp_path):
    study, trials = searched(16)
    for folder in ("one", "two"):
        files = write_plots(study, trials, tmp_path / folder)
        assert sorted(path.stem for path in files) == NAMES
    for name in NAMES:
        one, two = ((tmp_path / f / f"{name}.png").read_bytes() for f in ("one", "two"))
        assert one == two
        assert one[:4] == b"\x89PNG"


@pytest.mark.parametrize("n_trials", [1, 2])
def test_few_trials_are_drawn_without_importances(searched, tmp_path, n_trials):
    study, trials = searched(n_trials)
    files = write_plots(study, trials, tmp_path / "plots")
    assert sorted(path.stem for path in files) == [n for n in NAMES if n != "importances"]


def test_a_study_without_a_trained_trial_gives_no_picture(searched, tmp_path):
    def fail(config, report):
        raise MemoryError

    study, trials = searched(3, fail)
    assert write_plots(study, trials, tmp_path / "plots") == []
    assert not (tmp_path / "plots").exists()


def test_what_matters_is_found(searched):
    def units_alone(config, report):
        value = config.model.units / 100
        report({"epoch": 1.0, "subject_average_precision": value})
        return value

    study, trials = searched(40, units_alone, sampler="random", pruner="none")
    shares = measure_importances(trials, read_search_ranges(study), 1)
    assert shares["model.units"] > 0.8
    assert sum(shares.values()) == pytest.approx(1)

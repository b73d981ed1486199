"""What is refused before a sweep begins: one line, status 1, and no study touched."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from refusal import check_refusal

from ecg_anomaly.config.params_file import compose_params
from ecg_anomaly.features.selection import FeatureTransform, write_transform
from ecg_anomaly.files.array_tables import write_array_table
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.data_files import read_arrays
from forked_scripts import run_script
from pipeline_copy import ROOT, script

pytestmark = pytest.mark.slow

TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))
JOURNAL = "data/search/default/journal.log"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, make_inputs):
    """Make a folder with features, scripts, and a study that was begun and has no worker."""
    folder = tmp_path_factory.mktemp("search")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "conf", folder / "conf")
    compose_params(ROOT, folder / "params.yaml", ["tracking.enabled=false"])
    for split, seed in (("train", 0), ("validation", 1)):
        write_array_table(folder / f"data/features/{split}.npz", make_inputs(80, seed=seed))
    write_transform(folder / "data/features/transform.json", TRANSFORM)
    run_script(search("search.n_workers=0", "search.timeout_s=0.1"), folder)
    assert (folder / JOURNAL).is_file()
    return folder


@pytest.fixture
def searched(prepared, tmp_path):
    return Path(shutil.copytree(prepared, tmp_path / "work"))


def search(*overrides):
    return script("search_architecture", *overrides)


@pytest.mark.parametrize(
    ("override", "word"),
    [
        ("search.space.model.units.kind=whole", "'whole'"),
        ("search.space.model.units.low=200", "low 200 is above high 96"),
        ("+search.space.model.heads={kind: int, low: 1, high: 4}", "model.heads"),
        ("search.space.model.units.high=97", "was made with"),
        ("search.storage=postgresql+psycopg://me@127.0.0.1:9/base", "cannot reach"),
        ("search=nothing", "nothing"),
        ("~search.space.model", "was made with"),
        ("search.space=3", "search.space"),
        ("+search.space.preprocess={window_s: {kind: int, low: 1, high: 4}}", "window_before_s"),
        ("+search.space.features={synthesis: {wide: {kind: int, low: 1, high: 4}}}", "wide"),
        ("+search.space.features={history_s: {choices: [60.0]}}", "records.json"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_and_its_study_untouched(searched, override, word):
    before = (searched / JOURNAL).read_bytes()
    check_refusal(run_script(search(override), searched), searched, word)
    assert (searched / JOURNAL).read_bytes() == before
    assert not (searched / "conf/model/tuned.yaml").exists()


def test_an_empty_space_is_refused(searched):
    words = ("~search.space.model", "~search.space.training")
    check_refusal(run_script(search(*words), searched), searched, "empty")


def test_features_that_are_not_there_are_named_with_the_command_that_makes_them(searched):
    (searched / "data/features/train.npz").unlink()
    result = run_script(search("search.study=new"), searched)
    check_refusal(result, searched, "train.npz", "dvc repro features")
    assert not (searched / "data/search/new").exists()


def test_features_of_another_version_are_named_with_the_command_that_makes_them(searched):
    path = searched / "data/features/validation.npz"
    arrays = read_arrays(path)
    del arrays["odds"]
    write_arrays(path, arrays)
    result = run_script(search("search.study=new"), searched)
    check_refusal(result, searched, "validation.npz", "no 'odds'", "dvc repro")
    assert not (searched / "data/search/new").exists()


def test_a_trial_that_is_not_there_cannot_be_trained_again(searched):
    result = run_script(search("search.trial=99"), searched)
    check_refusal(result, searched, "search.trial", "no trial 99")


def test_a_worker_does_not_begin_a_study(searched):
    result = run_script(search("search.study=absent", "search.worker=0"), searched)
    check_refusal(result, searched, "no study 'absent'")

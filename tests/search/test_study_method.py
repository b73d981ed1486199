"""What a study was made with: whoever comes with something else is refused."""

import pytest
from toy_sweep import SPACE

from ecg_anomaly.config.pipeline_schema import ModelConfig, TrainingConfig
from ecg_anomaly.config.search_schema import AxisConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import begin_study, join_study

OTHER = {
    "a wider axis": {"space": {**SPACE, "model": {"units": AxisConfig("int", 4, 65, log=True)}}},
    "one axis more": {
        "space": {**SPACE, "model": {**SPACE["model"], "layers": AxisConfig(choices=[1, 2])}}
    },
    "one axis less": {"space": {"model": SPACE["model"]}},
    "another judge": {"judged": "made"},
    "another seed": {"seed": 2},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER.keys())
def test_a_study_made_with_something_else_is_refused_and_left_as_it_was(begin, make_config, change):
    _, config, _, _ = begin()
    path = study_folder(config.search) / "journal.log"
    before = path.read_bytes()
    other = make_config(**change)
    for enter in (begin_study, join_study):
        with pytest.raises(UserError, match=r"search\.study: the study 'toy' was made with") as e:
            enter(open_storage(other.search), other, read_space(other.search), "data")
        assert "\n" not in str(e.value)
    assert path.read_bytes() == before


def test_other_features_or_another_network_make_another_study(begin, make_config):
    _, _, axes, _ = begin()
    config = make_config()
    with pytest.raises(UserError, match="data/features"):
        begin_study(open_storage(config.search), config, axes, "other data")
    config.model = ModelConfig(layers=2)
    with pytest.raises(UserError, match=r"model\.layers 1, not 2"):
        begin_study(open_storage(config.search), config, axes, "data")


def test_what_changes_no_trial_makes_no_other_study(begin, make_config):
    _, _, axes, study = begin()
    config = make_config(n_trials=50, n_workers=7, timeout_s=1.0, retries=0)
    config.training = TrainingConfig(epochs=4, seed=77)
    again = begin_study(open_storage(config.search), config, axes, "data")
    assert again.user_attrs == study.user_attrs


def test_a_study_that_nobody_began_cannot_be_joined(make_config):
    config = make_config()
    with pytest.raises(UserError, match="no study 'toy'"):
        join_study(open_storage(config.search), config, read_space(config.search), "data")

"""The winner as configuration: every key, the comments, and the numbers that won."""

import shutil
from pathlib import Path

import pytest
import yaml
from test_sweep_table import trial

from default_config import (
    features_config,
    model_config,
    preprocess_config,
    search_config,
    search_run_config,
    selection_config,
    synthesis_config,
    training_config,
)
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.trials import configure
from ecg_anomaly.search.winner import choose_winner, restate, write_winner

CONF = Path(__file__).resolve().parents[2] / "conf"

PARAMS = {
    "model.units": 23, "model.bidirectional": False, "model.dropout": 0.123456,
    "training.learning_rate": 3.21e-3, "training.weight_decay": 1e-5,
}  # fmt: skip


@pytest.fixture
def conf(tmp_path):
    return Path(shutil.copytree(CONF, tmp_path / "conf"))


@pytest.mark.parametrize("kind", ["lstm_contrast", "lstm_autoencoder", "lstm_classifier"])
def test_the_files_say_every_key_of_their_groups_and_who_won(conf, kind):
    base = search_run_config(search=search_config(study="mine"))
    params = {**PARAMS, "model.kind": kind}
    files = write_winner(trial(7, value=0.98765, params=params), base, conf)
    model, training = (path.read_text(encoding="utf-8") for path in files)
    assert model_config(**yaml.safe_load(model)) == model_config(
        kind=kind, units=23, bidirectional=False, dropout=0.1235
    )
    read = yaml.safe_load(training)
    assert training_config(**read) == training_config(learning_rate=3.21e-3, weight_decay=1e-5)
    assert all(type(read[k]) is type(v) for k, v in vars(training_config()).items())
    for text in (model, training):
        assert "study mine" in text
        assert "trial 7" in text
        assert "0.98765" in text
        assert "dvc exp run -S model=tuned -S training=tuned" in text
        assert max(map(len, text.splitlines())) <= 100
    assert "# cells of each LSTM layer" in model


def test_a_searched_window_and_searched_features_are_written_too(conf):
    params = {
        "preprocess.window_before_s": 0.25, "features.channels": "signal",
        "features.synthesis.pause": 0.05, "training.noise": 0.1,
    }  # fmt: skip
    files = write_winner(trial(3, value=0.9, params=params), search_run_config(), conf)
    assert [path.parent.name for path in files] == ["model", "training", "preprocess", "features"]
    texts = [path.read_text(encoding="utf-8") for path in files]
    wanted = configure(search_run_config(), params)
    assert preprocess_config(**yaml.safe_load(texts[2])) == wanted.preprocess
    features = yaml.safe_load(texts[3])
    inner = {
        "selection": selection_config(**features.pop("selection")),
        "synthesis": synthesis_config(**features.pop("synthesis")),
    }
    assert features_config(**features, **inner) == wanted.features
    command = "-S model=tuned -S training=tuned -S preprocess=tuned -S features=tuned"
    assert all(command in text for text in texts)
    assert "Searched: channels, synthesis.pause." in " ".join(texts[3].replace("#", "").split())
    assert "# share of normal beats after a run of early beats" in texts[3]


def test_the_winner_is_the_best_and_there_must_be_one():
    trials = [trial(0, value=0.4), trial(1, value=0.6), trial(2, "pruned", 0.9)]
    assert choose_winner(trials, "mine").number == 1
    with pytest.raises(UserError, match="no trial of the study 'mine' has finished"):
        choose_winner([trial(0, "failed", None)], "mine")


def test_comments_stay_and_keys_that_a_file_lacks_follow():
    text = "# What it is.\n#   a command\nunits: 4   # cells\n\n# Noise.\nnoise: 1.0e-3\n"
    said = restate(text, {"units": 8, "noise": 1e-5, "extra": True})
    assert said == "units: 8               # cells\n\n# Noise.\nnoise: 1.0e-05\nextra: true\n"
    assert yaml.safe_load(said) == {"units": 8, "noise": 1e-5, "extra": True}

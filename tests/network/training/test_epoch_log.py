"""The metrics of each epoch: printed, passed on, written."""

import csv
import json

from ecg_anomaly.network.training.epoch_log import EpochLog, average_epochs

EPOCHS = [
    {"epoch": 1.0, "loss": 0.5, "validation_loss": 0.6123456789},
    {"epoch": 2.0, "loss": 0.25, "validation_loss": 0.7},
]


def test_each_epoch_is_printed_and_passed_on_at_once(capsys):
    heard = []
    log = EpochLog(7, [heard.append, heard.append])
    log(EPOCHS[0])
    assert heard == [EPOCHS[0], EPOCHS[0]]
    printed = capsys.readouterr()
    assert printed.err == "epoch 1/7: loss 0.5, validation_loss 0.6123\n"
    assert printed.out == ""


def test_both_files_hold_every_epoch(tmp_path):
    log = EpochLog(2, [])
    for metrics in EPOCHS:
        log(metrics)
    log.write(tmp_path)
    assert json.loads((tmp_path / "history.json").read_text()) == EPOCHS
    with (tmp_path / "history.csv").open() as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    assert rows[1] == EPOCHS[1]
    assert rows[0]["validation_loss"] == 0.612346


def test_epochs_of_several_folds_are_told_apart_and_averaged(tmp_path, capsys):
    heard = []
    log = EpochLog(1, [heard.append])
    for number, loss in enumerate((0.5, 0.25)):
        log.begin_fold(number, 2)
        log({"epoch": 1.0, "loss": loss})
    assert heard == [{"epoch": 1.0, "fold_1/loss": 0.5}, {"epoch": 1.0, "fold_2/loss": 0.25}]
    assert "fold 2/2, epoch 1/1: loss 0.25" in capsys.readouterr().err
    log.write(tmp_path)
    assert json.loads((tmp_path / "history.json").read_text()) == [{"epoch": 1.0, "loss": 0.375}]


def test_a_metric_that_not_every_epoch_has_is_left_out():
    epochs = [{"epoch": 1.0, "loss": 1.0, "extra": 2.0}, {"epoch": 1.0, "loss": 3.0}]
    assert average_epochs(epochs) == [{"epoch": 1.0, "loss": 2.0}]

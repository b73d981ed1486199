"""The log of epochs: a line each, passed on, kept."""

import csv
import json

from ecg_anomaly.network.training.epoch_log import EpochLog

EPOCHS = [
    {"epoch": 1.0, "loss": 0.5, "validation_loss": 0.6123456789},
    {"epoch": 2.0, "loss": 0.25, "validation_loss": 0.7},
]


def test_each_epoch_is_said_and_passed_on_at_once(capsys):
    heard = []
    log = EpochLog(7, [heard.append, heard.append])
    log(EPOCHS[0])
    assert heard == [EPOCHS[0], EPOCHS[0]]
    said = capsys.readouterr()
    assert said.err == "epoch 1/7: loss 0.5, validation_loss 0.6123\n"
    assert said.out == ""


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

"""Train the RR interval LSTM on beat labels without signals, and put it into the package.

ECG_ANOMALY_DATA=FOLDER python -m lab.train_intervals

FOLDER holds ``rr/`` with the beat annotations of the Long-Term AF Database (84 people, ODC-By 1.0,
doi:10.13026/C2QG6Q), the St Petersburg INCART Database (75 records, ODC-By 1.0,
doi:10.13026/C2V88N) and the VitalDB Arrhythmia Database (482 people, MIT). People of LTDB and NSRDB
are left out: some of them are in the QT Database, on which detectors are tested.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import wfdb
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score

from ecg_anomaly.features.interval_network import OUTPUTS, WEIGHTS
from ecg_anomaly.features.recent_intervals import N_INTERVALS, lay_steps, take_recent
from ecg_anomaly.files.atomic import write_arrays
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import aami_class

#: Sampling rate of the annotations of each WFDB database in Hz.
DATABASES = {"ltafdb": 128.0, "incartdb": 257.0}

#: Beats taken of each person: of each abnormal class, of fibrillation, and of all others.
MOST_ABNORMAL, MOST_NORMAL = 500, 1500

UNITS, HIDDEN, BATCH, EPOCHS, RATE, DECAY = 16, 16, 512, 8, 4e-3, 0.65

#: One person in so many is held out, to print how well the network does.
HELD_OUT = 8

Examples = tuple[NDArray[np.float32], NDArray[np.float32]]


def main() -> int:
    """Train, print the figures of the people held out, and write the weights."""
    folder = Path(os.environ.get("ECG_ANOMALY_DATA", "data/raw")) / "rr"
    try:
        people = list(read_people(folder, np.random.default_rng(0)))
        held_out = [one for i, one in enumerate(people) if i % HELD_OUT == 0]
        learnt = [one for i, one in enumerate(people) if i % HELD_OUT]
        network = train(*_join(learnt))
        steps, target = _join(held_out)
        found = network.predict(steps, batch_size=4096, verbose=0)
        print(
            f"{len(people)} people, {len(held_out)} of them held out, {len(target)} beats of these"
        )
        for place, name in enumerate(OUTPUTS):
            auc = roc_auc_score(target[:, place], found[:, place])
            ap = average_precision_score(target[:, place], found[:, place])
            print(f"{name:3} AUC {auc:.4f}  AP {ap:.4f}")
        names = ("kernel", "recurrent", "bias", "hidden", "hidden_bias", "output", "output_bias")
        write_arrays(WEIGHTS, dict(zip(names, network.get_weights(), strict=True)))
    except UserError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def read_people(folder: Path, rng: np.random.Generator) -> Iterator[Examples]:
    """Yield the steps and targets of each person.

    Raises
    ------
    UserError
        When the folder has no such annotations.
    """
    table = folder / "arrdb" / "beats.csv.gz"
    if not table.exists():
        rule = "no beat labels of the VitalDB Arrhythmia Database there"
        raise UserError(table, rule, "set ECG_ANOMALY_DATA to the folder that holds rr/")
    for name, fs in DATABASES.items():
        for path in sorted((folder / name).glob("*.atr")):
            marks = wfdb.rdann(str(path.with_suffix("")), "atr")
            symbol = np.array(marks.symbol)
            rhythm = pd.Series(
                [note if s == "+" else None for s, note in zip(symbol, marks.aux_note, strict=True)]
            )
            fibrillates = rhythm.ffill().fillna("").str.startswith(("(AFIB", "(AFL")).to_numpy()
            aami = aami_class(symbol, "S")
            beat = aami != ""
            yield from _take(marks.sample[beat] / fs, aami[beat], fibrillates[beat], rng)
    for _, rows in pd.read_csv(table).sort_values(["case_id", "time_s"]).groupby("case_id"):
        good = ~rows.bad_quality.astype(bool).to_numpy()
        aami = np.where(good & rows.beat_type.isin(list("NSV")), rows.beat_type, "").astype("<U1")
        fibrillates = rows.rhythm.astype(str).str.lower().str.contains("af").to_numpy()
        yield from _take(rows.time_s.to_numpy(), aami, fibrillates, rng)


def _take(
    time_s: NDArray[np.float64],
    aami: NDArray[np.str_],
    fibrillates: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Iterator[Examples]:
    """Choose beats of one person; early beats in fibrillation are no supraventricular ones."""
    usable = np.isin(aami, ["N", "S", "V"]) & ~((aami == "S") & fibrillates)
    usable[:N_INTERVALS], usable[-1:] = False, False
    kinds = (
        ((aami == "S"), MOST_ABNORMAL),
        ((aami == "V"), MOST_ABNORMAL),
        ((aami == "N") & fibrillates, MOST_ABNORMAL),
        ((aami == "N") & ~fibrillates, MOST_NORMAL),
    )
    rows = np.sort(
        np.concatenate([rng.permutation(np.flatnonzero(usable & k))[:most] for k, most in kinds])
    )
    if len(rows):
        rr_s = np.diff(time_s)
        recent = take_recent(np.concatenate([rr_s[:1], rr_s]), rows, rr_s[rows])
        target = np.column_stack([fibrillates[rows], aami[rows] == "S", aami[rows] == "V"])
        yield lay_steps(recent), target.astype(np.float32)


def _join(people: list[Examples]) -> Examples:
    steps, target = (np.concatenate(part) for part in zip(*people, strict=True))
    return steps, target


def train(steps: NDArray[np.float32], target: NDArray[np.float32]):  # type: ignore[no-untyped-def]
    """Train the network in Keras; the learning rate falls from epoch to epoch."""
    import keras  # takes ten seconds

    keras.utils.set_random_seed(0)
    inputs = keras.Input(steps.shape[1:])
    state = keras.layers.LSTM(UNITS)(inputs)
    hidden = keras.layers.Dense(HIDDEN, activation="relu")(state)
    network = keras.Model(inputs, keras.layers.Dense(len(OUTPUTS), activation="sigmoid")(hidden))
    network.compile(keras.optimizers.Adam(RATE), "binary_crossentropy")
    for epoch in range(EPOCHS):
        network.optimizer.learning_rate = RATE * DECAY**epoch
        network.fit(steps, target, batch_size=BATCH, epochs=1, verbose=2)
    return network


if __name__ == "__main__":
    raise SystemExit(main())

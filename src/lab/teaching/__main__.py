"""Draw the plots of docs/what-is-an-lstm.md from a network that the pipeline trained.

    python -m lab.teaching [--root FOLDER] [--docs FOLDER]

Shows, for a normal and a ventricular beat, what the cells of the first LSTM layer do at each step,
and where their scores lie among those of all test beats. `--root` has params.yaml and data/
as `dvc repro` leaves them. The plot of the reconstruction needs an autoencoder: with a classifier
the file stays as it was.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import attach_scores
from ecg_anomaly.network.trained_model import read_scorer
from lab.doc_pages import page_options, write_plot
from lab.teaching.gates import FirstLayer, trace_gates
from lab.teaching.teaching_plots import (
    DrawnBeats,
    draw_cells,
    draw_reconstruction,
    draw_scores,
)
from lab.trained_keras import find_weights, load_model


def draw_lstm_cells(root: Path, plots: Path) -> None:
    """Score the test beats, choose two of them, and draw them, their cells and all scores."""
    config, (scorer, card) = read_params(root), read_scorer(root / "data/training")
    inputs = read_array_table(root / "data/features/test.npz", BeatInputs)
    threshold = float(read_json(root / "data/threshold/threshold.json")["value"])
    scores = attach_scores(scorer.score(inputs), inputs)
    rows = choose_pair(inputs, scores.score)
    pair = inputs.select(rows)
    leads = pair.sequence[:, :, : card.n_leads]
    beats = DrawnBeats(leads, pair.symbol, scores.score[rows], config.preprocess.fs)
    layer = FirstLayer(load_model(find_weights(root / "data/training"), config.model, card))
    trace = trace_gates(layer.weights, layer.steps(pair))
    drawn = {
        "lstm-cells.png": draw_cells(beats, trace),
        "lstm-scores.png": draw_scores(scores.select(scores.labelled), threshold, beats),
    }
    outputs = scorer.explain(pair)
    if "reconstruction" in outputs:
        reconstruction = draw_reconstruction(beats, outputs["reconstruction"])
        drawn["lstm-reconstruction.png"] = reconstruction
    else:
        print("lstm-reconstruction.png stays as it was: a classifier reconstructs no beat")
    for name, figure in drawn.items():
        write_plot(figure, plots / name)


def choose_pair(inputs: BeatInputs, score: NDArray[np.float64]) -> NDArray[np.intp]:
    """Choose a normal beat and a premature ventricular one, each of median score of its kind.

    Both are taken from one record when a record has both kinds, from the one with most
    ventricular beats when several do. The median shows neither the best nor the worst that the
    network can do.

    Parameters
    ----------
    inputs : BeatInputs
        One split. Without codes N or V, any beat of class N and any other labelled beat are
        taken.
    score : (n,) float64
        Their scores.

    Returns
    -------
    (2,) int
        Rows of the normal and of the abnormal beat.

    Raises
    ------
    UserError
        When no beat is labelled as normal, or none as anything else.
    """
    normal = _prefer(inputs.symbol == "N", inputs.aami == "N")
    abnormal = _prefer(inputs.symbol == "V", inputs.anomalous)
    if not (normal.any() and abnormal.any()):
        rule = f"{normal.sum()} normal and {abnormal.sum()} abnormal labelled test beats"
        raise UserError("data/features/test.npz", rule, "use a data set with labels of both kinds")
    here = _pick_record(inputs.record, normal, abnormal)
    return np.array([_middle(normal & here, score), _middle(abnormal & here, score)])


def _prefer(wanted: NDArray[np.bool_], otherwise: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return wanted if wanted.any() else otherwise


def _pick_record(
    record: NDArray[np.str_], normal: NDArray[np.bool_], abnormal: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    shared = np.intersect1d(record[normal], record[abnormal])
    if not len(shared):
        return np.ones(len(record), dtype=bool)
    counts = [(abnormal & (record == name)).sum() for name in shared]
    return record == shared[int(np.argmax(counts))]


def _middle(rows: NDArray[np.bool_], score: NDArray[np.float64]) -> np.intp:
    places = np.flatnonzero(rows)
    return places[np.argsort(score[places], kind="stable")[(len(places) - 1) // 2]]


if __name__ == "__main__":
    options = page_options(__doc__).parse_args()
    run_reporting_errors(lambda: draw_lstm_cells(options.root, options.docs / "pictures"))

"""Draw the pictures of docs/what-is-an-lstm.md from a network that the pipeline trained.

    python -m lab.teaching [--root FOLDER] [--pictures FOLDER]

The folder of --root holds params.yaml and data/ as `dvc repro` leaves them. A classifier redraws
no beat: the picture of the redrawing then stays as it was.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from ecg_anomaly.config.hydra_stage import run_reporting_errors
from ecg_anomaly.config.snapshot import read_snapshot
from ecg_anomaly.features.beat_inputs import read_inputs
from ecg_anomaly.files.atomic import read_json, replace_file
from ecg_anomaly.network.beat_scores import attach_scores
from ecg_anomaly.network.trained_model import read_scorer
from lab.teaching.drawn_beats import DrawnBeats
from lab.teaching.example_pair import choose_pair
from lab.teaching.first_layer import read_first_layer
from lab.teaching.gates import trace_gates
from lab.teaching.teaching_plots import draw_cells, draw_redrawing, draw_scores

ROOT = Path(__file__).resolve().parents[3]


def draw_lstm_cells(root: Path, plots: Path) -> None:
    """Score the test beats, choose two of them, draw them and all scores."""
    config, (scorer, card) = read_snapshot(root), read_scorer(root / "data/training")
    inputs = read_inputs(root / "data/features/test.npz")
    threshold = float(read_json(root / "data/threshold/threshold.json")["value"])
    scores = attach_scores(scorer.score(inputs), inputs)
    rows = choose_pair(inputs, scores.score)
    pair = inputs.select(rows)
    leads = pair.sequence[:, :, : card.n_leads]
    beats = DrawnBeats(leads, pair.symbol, scores.score[rows], config.preprocess.fs)
    layer = read_first_layer(root / "data/training/network.weights.h5", config.model, card)
    trace = trace_gates(layer.weights, layer.steps(pair))
    drawn = {
        "lstm-cells.png": draw_cells(beats, trace),
        "lstm-scores.png": draw_scores(scores.select(scores.labelled), threshold, beats),
    }
    outputs = scorer.explain(pair)
    if "reconstruction" in outputs:
        drawn["lstm-redrawing.png"] = draw_redrawing(beats, outputs["reconstruction"])
    else:
        print("lstm-redrawing.png stays as it was: a classifier redraws no beat")
    for name, figure in drawn.items():
        write_plot(figure, plots / name)


def write_plot(figure: Figure, path: Path) -> None:
    """Write a picture whole or not at all; `save_figure` would go by the temporary name's end."""
    with replace_file(path) as temporary:
        figure.savefig(temporary, format="png", metadata={"Software": None})


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of params.yaml and data/")
    parser.add_argument("--pictures", type=Path, default=ROOT / "docs/pictures", help="written to")
    return parser.parse_args(words)


if __name__ == "__main__":
    arguments = parse_arguments()
    run_reporting_errors(lambda: draw_lstm_cells(arguments.root, arguments.plots))

"""Draw the beats that the detector got most wrong on the test people: docs/worst-beats.md.

    ECG_ANOMALY_DATA=FOLDER dvc exp run -S dataset=mitdb_inter_patient
    python -m lab.benchmark.draw_worst_beats [--root FOLDER] [--docs FOLDER]

The folder of --root holds params.yaml and data/ as the pipeline leaves them. Of the page, what
stands between the two marks is written; what people wrote around them stays.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from ecg_anomaly.config.hydra_stage import run_reporting_errors
from ecg_anomaly.config.snapshot import read_snapshot
from ecg_anomaly.files.atomic import read_json, replace_file
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import read_scores
from ecg_anomaly.records.record_archive import RecordArchive
from lab.benchmark.marked_text import write_between
from lab.benchmark.worst_beats import choose_false_alarms, choose_misses, look_at_beats
from lab.benchmark.worst_sheet import draw_sheet, tabulate

ROOT = Path(__file__).resolve().parents[3]
PAGE, PLOTS = "worst-beats.md", "pictures/worst"
BEGIN = "<!-- worst beats: written by python -m lab.benchmark.draw_worst_beats -->"
END = "<!-- end of worst beats -->"

#: Beats on a sheet.
N_BEATS = 20


def draw_worst_beats(root: Path, docs: Path) -> None:
    """Choose the worst beats of each kind, draw them, and write their tables into the page."""
    config = read_snapshot(root)
    scores = read_scores(root / "data/report/test_scores.npz")
    threshold = float(read_json(root / "data/threshold/threshold.json")["value"])
    if not scores.labelled.any():
        raise UserError(
            root / "data/report", "no labels", "run the pipeline on a labelled data set"
        )
    chosen = {
        "misses": choose_misses(scores, threshold, N_BEATS),
        "false-alarms": choose_false_alarms(scores, threshold, N_BEATS),
    }
    sections = [f"Threshold {threshold:.3f}, data set `{config.dataset.name}`."]
    for name, rows in chosen.items():
        beats = look_at_beats(scores, rows, RecordArchive(root / "data/records"), config)
        words = name.replace("-", " ")
        title = f"The {len(beats)} worst {words}: what the shade marks sets the beat apart most"
        write_plot(draw_sheet(beats, title), docs / PLOTS / f"{name}.png")
        plot = f"![The {len(beats)} worst {words}]({PLOTS}/{name}.png)"
        sections += [f"### The {len(beats)} worst {words}", plot, tabulate(beats)]
    write_between(docs / PAGE, BEGIN, END, lambda: "\n\n".join(sections))


def write_plot(figure: Figure, path: Path) -> None:
    """Write a picture whole or not at all, in few colours: it is lines on paper."""
    from PIL import Image

    with replace_file(path) as temporary:
        figure.savefig(temporary, format="png", dpi=90, metadata={"Software": None})
        with Image.open(temporary) as drawn:
            small = drawn.convert("RGB").quantize(48, dither=Image.Dither.NONE)
        small.save(temporary, format="png", optimize=True)


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of params.yaml and data/")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="written to")
    return parser.parse_args(words)


if __name__ == "__main__":
    arguments = parse_arguments()
    run_reporting_errors(lambda: draw_worst_beats(arguments.root, arguments.docs))

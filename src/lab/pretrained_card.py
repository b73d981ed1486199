"""Put a trained detector into the package, and write its card.

ECG_ANOMALY_DATA=FOLDER dvc exp run -S experiment=pretrained
python -m lab.pretrained_card

The card is written from files that the pipeline and the benchmark wrote: nothing in it is typed.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.package import DIGESTS, PARTS, REFERENCE, load_detector
from ecg_anomaly.detector.pretrained import CARD, PRETRAINED
from ecg_anomaly.features.interval_network import WEIGHTS
from ecg_anomaly.files.atomic import read_json, replace_folder, write_text
from ecg_anomaly.records.cohort import database_of
from lab.benchmark.results_tables import RESULTS_HEADER, render_protocol
from lab.doc_pages import page_options

#: Licence and source of each database, see data/README.md for whom to cite.
SOURCES = {
    "mitdb": "MIT-BIH Arrhythmia Database 1.0.0, ODC-By 1.0, doi:10.13026/C2F305",
    "svdb": "MIT-BIH Supraventricular Arrhythmia Database 1.0.0 (every second record), ODC-By 1.0, "
    "doi:10.13026/C2V30W",
    "qtdb": "QT Database 1.0.0 (54 records), ODC-By 1.0, doi:10.13026/C24K53",
}

#: What the RR interval LSTM learnt from (`python -m lab.train_intervals`).
INTERVALS = (
    "RR intervals alone, without signals (an LSTM of its own has a say in the score): Long-Term AF "
    "Database (ODC-By 1.0, doi:10.13026/C2QG6Q), St Petersburg INCART Database (ODC-By 1.0, "
    "doi:10.13026/C2V88N), VitalDB Arrhythmia Database (MIT)."
)

LIMITS = (
    "Adults with ambulatory or resting ECGs of one or two leads, as in the databases above; no "
    "children, no pacemakers (paced records were left out), no exercise tests.",
    "Classes are those of ANSI/AAMI EC57 (S, V, F, Q); a flagged beat is one to look at, and its "
    "class the most probable one, not a diagnosis.",
    "A recording is judged by its own past: what is abnormal from the first beats on passes for "
    "usual.",
    "The stated share of false alarms holds on average over subjects; it is larger on a subject "
    "whose normal beats vary much, such as in atrial fibrillation or intermittent bundle branch "
    "block.",
)


def install(root: Path, package: Path) -> None:
    """Copy the detector of a finished pipeline into the package, with its card.

    Parameters
    ----------
    root : Path
        Folder of params.yaml and data/.
    package : Path
        Folder of the package ``ecg_anomaly``.
    """
    model = root / "data/model"
    load_detector(model)  # refuses one that is not whole
    with replace_folder(package / PRETRAINED) as folder:
        optional = [REFERENCE] if (model / REFERENCE).is_file() else []
        for name in (*PARTS, *optional, DIGESTS):
            shutil.copyfile(model / name, folder / name)
        shutil.copyfile(WEIGHTS, folder / WEIGHTS.name)
        write_text(folder / CARD, write_card(root))


def write_card(root: Path) -> str:
    """Write the card of the detector of a finished pipeline, as Markdown."""
    config = read_params(root)
    metrics = read_json(root / "data/report/metrics.json")
    splits = read_json(root / "data/beats/split.json")["splits"]
    described = read_json(root / "data/model/detector.json")
    network = read_json(root / "data/model/network.json")
    parts = [
        "# The detector that comes with ecg-anomaly",
        f"{NOT_A_DEVICE} It flags heartbeats that a person should look at.",
        _list_method(network, described["threshold"]),
        "## Trained on",
        _list_subjects(splits),
        "## How well it does",
        _table_test(metrics, splits),
        _table_left_out(root / "data/benchmark/leave_one_database_out.json"),
        "## Limits",
        "\n".join(f"- {limit}" for limit in LIMITS),
        "## To make it again",
        _say_command(config),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _list_method(network: dict[str, Any], threshold: dict[str, Any]) -> str:
    rate = threshold.get("stated_false_alarm_rate") or 0.0
    return (
        f"{network['networks']} networks of the kind {network['kind']}, {network['parameters']:,} "
        "weights together, each trained without one fold of the subjects; the score of a beat is "
        f"their mean log odds. The threshold is the one above which a share of {rate:.0%} of the "
        "normal beats of a subject lies on average, by the scores of subjects that a network has "
        "not seen."
    )


def _list_subjects(splits: list[dict[str, Any]]) -> str:
    learned = [name for split in splits[:2] for name in split["subjects"]]
    lines = [
        f"- {SOURCES.get(database, database)}: {count} subjects"
        for database, count in _count(map(database_of, learned))
    ]
    beats = {k: sum(split["classes"][k] for split in splits[:2]) for k in splits[0]["classes"]}
    counted = ", ".join(f"{k} {n:,}" for k, n in beats.items())
    counted = f"Beats by AAMI class: {counted}. And beats made from them."
    return "\n".join([*lines, "", counted, "", INTERVALS])


#: Metrics of the table of the test split, as metrics.json and as people name them.
METRICS = {
    "auroc": "AUC",
    "average_precision": "average precision",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
}


def _table_test(metrics: dict[str, Any], splits: list[dict[str, Any]]) -> str:
    subjects, found = splits[2]["subjects"], metrics["detector"]
    low_high = {
        row["figure"]: f"[{row['low']:.3f}, {row['high']:.3f}]" for row in metrics["intervals"]
    }
    rate = metrics["false_alarm_rate"]
    cells = [f"{found[name]:.3f} {low_high[name]}" for name in METRICS]
    rows = [
        [*METRICS.values(), "false alarms"],
        ["---"] * (len(METRICS) + 1),
        [*cells, f"{rate['realised']:.3f} (stated {rate['stated']:.2f})"],
    ]
    of = ", ".join(f"{n} of {name}" for name, n in _count(map(database_of, subjects)))
    said = f"On {len(subjects)} subjects that no network has seen ({of}), at annotated positions, "
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{said}with 95 % intervals over subjects:\n\n{table}"


def _table_left_out(path: Path) -> str:
    if not path.is_file():
        return ""
    said = "With a whole database left out of training, the same method gives on that database:"
    return "\n".join([said, "", RESULTS_HEADER, *render_protocol(read_json(path))])


def _say_command(config: PipelineConfig) -> str:
    commands = (
        "ECG_ANOMALY_DATA=FOLDER dvc exp run -S experiment=pretrained",
        "python -m lab.pretrained_card",
    )
    said = f"with {', '.join(config.dataset.databases)} in FOLDER, or downloaded from PhysioNet; "
    seed = f"seed {config.training.seed}. On another processor weights differ in their last digits."
    return "\n".join(["```", *commands, "```", "", said + seed])


def _count(names: Iterable[str]) -> list[tuple[str, int]]:
    known = list(names)
    return [(name, known.count(name)) for name in dict.fromkeys(known)]


def main() -> None:
    """Install the detector of the checkout's pipeline."""
    options = page_options(__doc__).parse_args()
    install(options.root, options.root / "src/ecg_anomaly")


if __name__ == "__main__":
    main()

"""Write the model card of a detector as Markdown: data, method, metrics, limits, licences.

Every number in it is read from a file that the pipeline wrote; none is typed by hand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ecg_anomaly import NOT_A_DEVICE
from ecg_anomaly.config.pipeline_schema import DatasetConfig, PipelineConfig
from ecg_anomaly.evaluation.report.card_tables import count_names, list_tables
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.records.cohort import database_of

#: Source and licence of each data set; data/README.md says whom to cite.
SOURCES = {
    "mitdb": "MIT-BIH Arrhythmia Database 1.0.0, ODC-By 1.0, doi:10.13026/C2F305",
    "svdb": "MIT-BIH Supraventricular Arrhythmia Database 1.0.0 (every second record), ODC-By 1.0, "
    "doi:10.13026/C2V30W",
    "qtdb": "QT Database 1.0.0 (54 records), ODC-By 1.0, doi:10.13026/C24K53",
    "ecg5000": "ECG5000 of the UCR archive, which states no licence; its recording is ODC-By 1.0",
    "simulation": "patients simulated by this package, MIT licence",
    "wfdb_folder": "a folder of its user's own, under that user's terms",
}

#: Data that the RR interval LSTM was trained on (`python -m lab.train_intervals`).
INTERVALS = (
    "RR intervals alone, without signals (an LSTM of its own has a say in the score): Long-Term AF "
    "Database (ODC-By 1.0, doi:10.13026/C2QG6Q), St Petersburg INCART Database (ODC-By 1.0, "
    "doi:10.13026/C2V88N), VitalDB Arrhythmia Database (MIT)."
)

#: Limits of detectors trained on these databases, and of one trained on simulated patients only.
PATIENTS = (
    "Adults with ambulatory or resting ECGs of one or two leads, as in the databases above; no "
    "children, no pacemakers (paced records were left out), no exercise tests."
)
SIMULATED = "It learned from simulated patients: its figures say nothing of real ones."

CLASSES = (
    "Classes are those of ANSI/AAMI EC57 (S, V, F, Q); a flagged beat is one to look at, and its "
    "class the most probable one, not a diagnosis."
)
OWN_PAST = (
    "A recording is judged by its own past: what is abnormal from the first beats on passes for "
    "usual."
)
FALSE_ALARMS = (
    "The stated share of false alarms holds on average over subjects; it is larger on a subject "
    "whose normal beats vary much, such as in atrial fibrillation or intermittent bundle branch "
    "block."
)


@dataclass(frozen=True)
class CardSources:
    """Everything that a card is written from.

    Attributes
    ----------
    config : PipelineConfig
        Configuration with which the detector was trained.
    metrics, threshold, network : mapping
        Contents of ``metrics.json``, ``threshold.json`` and ``network.json``.
    splits : sequence of mapping
        Rows of ``split.json``: training, validation, test.
    """

    config: PipelineConfig
    metrics: Mapping[str, Any]
    threshold: Mapping[str, Any]
    network: Mapping[str, Any]
    splits: Sequence[Mapping[str, Any]]


def read_card_sources(data: Path, config: PipelineConfig) -> CardSources:
    """Read the files of a finished pipeline from its folder ``data``.

    Raises
    ------
    UserError
        When a file is absent or not JSON.
    """
    return CardSources(
        config=config,
        metrics=read_json(data / "report/metrics.json"),
        threshold=read_json(data / "threshold/threshold.json"),
        network=read_json(data / "training/network.json"),
        splits=read_json(data / "beats/split.json")["splits"],
    )


def write_model_card(sources: CardSources, title: str, more: Sequence[str] = ()) -> str:
    """Write the card of a detector.

    Parameters
    ----------
    sources : CardSources
    title : str
        Title of the card, without ``#``.
    more : sequence of str
        Paragraphs that follow the metrics.

    Returns
    -------
    str
        Markdown with one heading of the first level, at its start. Subjects and records are
        counted but not named: a detector may be passed on where its recordings may not.
    """
    parts = [
        f"# {title}",
        f"{NOT_A_DEVICE} It flags heartbeats that a person should look at.",
        _describe_method(sources.network, sources.threshold),
        "## Trained on",
        _list_data(sources),
        "## How well it does",
        _describe_protocol(sources),
        *list_tables(sources.metrics),
        *more,
        "## Limits",
        "\n".join(f"- {limit}" for limit in _list_limits(sources.config.dataset)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _describe_method(network: Mapping[str, Any], threshold: Mapping[str, Any]) -> str:
    several, weights = network["networks"] > 1, f"{network['parameters']:,} weights"
    kind = f"{network['networks']} networks" if several else "A network"
    folds = (
        f"{weights} together, each trained without one fold of the subjects; the score of a beat "
        "is their mean log odds"
    )
    said = f"{kind} of the kind {network['kind']}, {folds if several else weights}."
    rate = threshold.get("stated_false_alarm_rate")
    if rate is None:
        return f"{said} The threshold was chosen on the validation subjects."
    return (
        f"{said} The threshold is the one above which a share of {rate:.0%} of the normal beats of "
        "a subject lies on average, by the scores of subjects that a network has not seen."
    )


def _list_data(sources: CardSources) -> str:
    learned = [name for split in sources.splits[:2] for name in split["subjects"]]
    lines = [
        f"- {SOURCES.get(origin, origin)}: {count} subjects"
        for origin, count in count_names(_origins(learned, sources.config.dataset))
    ]
    classes = sources.splits[0]["classes"]
    beats = {k: sum(split["classes"][k] for split in sources.splits[:2]) for k in classes}
    counted = ", ".join(f"{k} {n:,}" for k, n in beats.items())
    parts = ["\n".join(lines), f"Beats by AAMI class: {counted}. And beats made from them."]
    return "\n\n".join([*parts, INTERVALS] if sources.config.features.interval_odds else parts)


def _origins(subjects: Iterable[str], dataset: DatasetConfig) -> list[str]:
    return [database_of(s) if dataset.databases else dataset.source for s in subjects]


def _describe_protocol(sources: CardSources) -> str:
    if not sources.metrics.get("labelled", "detector" in sources.metrics):
        return "Not known: no test beat has a label."
    dataset, confidence = sources.config.dataset, sources.config.evaluation.confidence
    subjects = sources.splits[2]["subjects"]
    of = ", ".join(f"{n} of {name}" for name, n in count_names(_origins(subjects, dataset)))
    return (
        f"On {len(subjects)} subjects that no network has seen ({of}), at annotated positions, "
        f"with {confidence:.0%} intervals over subjects:"
    )


def _list_limits(dataset: DatasetConfig) -> list[str]:
    public = dataset.databases or dataset.source in ("mitdb", "svdb", "qtdb")
    who = PATIENTS if public else SIMULATED if dataset.source == "simulation" else ""
    return [limit for limit in (who, CLASSES, OWN_PAST, FALSE_ALARMS) if limit]

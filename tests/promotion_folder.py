"""A project folder with a protocol of toy recordings, and registered toy detectors, for tests."""

import shutil
from pathlib import Path
from typing import Any

from default_config import ROOT, pipeline_config
from ecg_anomaly.config.params_file import compose_params
from ecg_anomaly.detector.loading import DIGESTS
from ecg_anomaly.detector.pretrained import DESCRIPTION
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.records.record_archive import write_records
from toy_detector import toy_records, write_toy_detector

NAME = "ecg-anomaly"


def write_protocol(project: Path) -> None:
    """Write params.yaml, the toy recordings and their split, all subjects on the test side."""
    compose_params(ROOT, project / "params.yaml")
    write_records(toy_records(), project / "data/records")
    write_split(project, sorted({record.subject for record in toy_records()}))


def write_split(project: Path, test: list[str], train: tuple[str, ...] = ("other",)) -> None:
    rows = [{"split": "train", "subjects": list(train)}, {"split": "test", "subjects": test}]
    (project / "data/beats").mkdir(parents=True, exist_ok=True)
    write_json(project / "data/beats/split.json", {"splits": rows})


def write_detectors(folder: Path, **thresholds: float) -> dict[str, Path]:
    """Write toy detectors that differ in their threshold, a multiple of the toy's own."""
    toy = write_toy_detector(folder / "toy", pipeline_config())
    return {name: _with_threshold(toy, folder / name, by) for name, by in thresholds.items()}


def register(client: Any, folder: Path) -> str:
    """Register a detector folder as the next version; it gets no alias."""
    if not client.search_registered_models(f"name = '{NAME}'"):
        client.create_registered_model(NAME)
    return str(client.create_model_version(NAME, folder.as_uri()).version)


def _with_threshold(toy: Path, target: Path, by: float) -> Path:
    shutil.copytree(toy, target)
    described, digests = read_json(target / DESCRIPTION), read_json(target / DIGESTS)
    described["threshold"]["value"] *= by
    write_json(target / DESCRIPTION, described)
    write_json(target / DIGESTS, {**digests, DESCRIPTION: file_sha256(target / DESCRIPTION)})
    (target / "card.md").write_text(f"# Detector {target.name}\n\nIts card.\n")
    return target

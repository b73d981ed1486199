import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.cli.main import main
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import DIGESTS, NORMAL_SCORES, load_detector
from ecg_anomaly.evaluation.threshold.thresholds import ALONE, TOGETHER, tabulate_scores
from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from toy_detector import toy_records, write_toy_detector


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a packaged detector whose table of normal scores is that of the toy records."""
    folder = write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())
    detector = load_detector(folder)
    score = np.concatenate([score_recording(detector, record).score for record in toy_records()])
    table = tabulate_scores(score[~np.isnan(score)])
    write_arrays(folder / NORMAL_SCORES, {TOGETHER: table, ALONE: table})
    digests = read_json(folder / DIGESTS)
    write_json(folder / DIGESTS, {**digests, NORMAL_SCORES: file_sha256(folder / NORMAL_SCORES)})
    return folder


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of two recordings of a minute."""
    folder = tmp_path_factory.mktemp("sound")
    for record in toy_records()[:2]:
        write_record(record, folder)
    return folder


@pytest.fixture
def records(sound: Path, tmp_path: Path) -> Path:
    """Give a folder of two recordings that may be spoilt: s01 and s02."""
    return Path(shutil.copytree(sound, tmp_path / "records"))


@pytest.fixture
def score(model: Path, tmp_path: Path) -> Callable[..., int]:
    """Return a function that scores paths into ``out`` and returns the exit status."""

    def run(*words: object, output: Path = tmp_path / "out", detector: Path = model) -> int:
        options = ["--detector", str(detector), "--output", str(output)]
        return main(["score", *map(str, words), *options])

    return run

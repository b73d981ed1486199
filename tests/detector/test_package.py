from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from default_config import features_config, pipeline_config, preprocess_config
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import check_detector, load_detector
from ecg_anomaly.detector.package import EXAMPLE_S, assemble_detector, cut_example, write_detector
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.digests import folder_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from toy_detector import toy_records, write_toy_detector


def test_what_was_configured_is_what_is_loaded(tmp_path: Path) -> None:
    config = pipeline_config(
        preprocess=preprocess_config(fs=100.0, window_after_s=0.5),
        features=features_config(channels=["signal"], history_beats=20),
    )
    config.dataset.leads = [["MLII"], ["V1", "V5"]]
    detector = load_detector(write_toy_detector(tmp_path, config))
    assert asdict(detector.features) == asdict(config.features)
    assert detector.preprocess == replace(config.preprocess, beat_positions="detected")
    assert detector.leads == config.dataset.leads
    assert detector.segment_length is None
    assert len(score_recording(detector, toy_records()[0]).sample) > 40


def test_a_detector_can_be_tried_before_it_is_packaged(folder: Path, record: Record) -> None:
    parts = folder.parent
    transform = folder / "transform.json"
    tried = assemble_detector(parts / "training", parts / "threshold", transform, pipeline_config())
    packaged = load_detector(folder)
    assert tried.digest == packaged.digest
    one, other = (score_recording(detector, record).score for detector in (tried, packaged))
    assert np.array_equal(one, other, equal_nan=True)


def test_the_same_detector_has_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write_toy_detector(tmp_path, pipeline_config())
    assert folder_sha256(again) == folder_sha256(folder)


def test_a_detector_stands_alone(copied: Path, detector: Detector, record: Record) -> None:
    loaded = load_detector(copied)
    assert loaded.threshold == detector.threshold
    assert (
        score_recording(loaded, record)
        .to_frame()
        .equals(score_recording(detector, record).to_frame())
    )


def test_the_example_is_short_blind_and_without_gaps(record: Record) -> None:
    holed = replace(record, signal=np.where(np.arange(len(record.signal))[:, None] % 9, 1, np.nan))
    example = cut_example([holed, record])
    assert example.duration_s == EXAMPLE_S
    assert example.annotations is None
    assert np.isfinite(example.signal).all()
    assert example.name == record.name


def test_the_example_of_cut_beats_ends_with_a_whole_beat() -> None:
    cut = Record("e", "e", np.zeros((1400, 1), np.float32), 6.0, ("ECG",), segment_length=140)
    assert len(cut_example([cut]).signal) % 140 == 0


def test_a_record_of_a_few_samples_is_no_example_while_there_is_a_longer_one(
    record: Record,
) -> None:
    short, longer = (replace(record, name=str(n), signal=record.signal[:n]) for n in (9, 900))
    assert cut_example(iter([short, record, longer])).name == record.name
    assert cut_example(iter([short, longer])).name == "900"


def test_no_record_makes_no_example() -> None:
    with pytest.raises(UserError, match="no record"):
        cut_example([])


def test_a_card_is_written_beside_the_parts_and_is_no_part(tmp_path: Path) -> None:
    write_toy_detector(tmp_path, pipeline_config())
    folder, transform = tmp_path / "model", read_transform(tmp_path / "model/transform.json")
    places = tmp_path / "training", tmp_path / "threshold"
    write_detector(folder, *places, transform, pipeline_config(), None, {"card.md": "# A card\n"})
    assert (folder / "card.md").read_text() == "# A card\n"
    (folder / "card.md").write_text("# Another\n")
    check_detector(folder)

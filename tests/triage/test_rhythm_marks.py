import pytest

from default_config import pipeline_config
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.triage.rhythm_marks import RhythmFinder, list_rhythm_changes
from toy_detector import toy_records, write_toy_detector


def make(kind: str, start_s: float, end_s: float) -> Finding:
    return Finding(kind, start_s, end_s, end_s, 2, 60.0, 0.9, "why", "II")


def test_a_rhythm_begins_and_ends():
    changes = list_rhythm_changes([make("ventricular_tachycardia", 5, 8)])
    assert changes == [(5, "(VT"), (8, "(N")]


def test_the_most_critical_of_those_that_overlap_counts():
    found = [make("atrial_fibrillation", 0, 100), make("ventricular_tachycardia", 40, 45)]
    expected = [(0, "(AFIB"), (40, "(VT"), (45, "(AFIB"), (100, "(N")]
    assert list_rhythm_changes(found) == list_rhythm_changes(found[::-1]) == expected


def test_equal_neighbours_are_one():
    found = [make("bigeminy", 0, 10), make("bigeminy", 10, 20)]
    assert list_rhythm_changes(found) == [(0, "(B"), (20, "(N")]


@pytest.mark.parametrize("kind", ["pause", "couplet", "signal", "single_beats"])
def test_what_is_no_rhythm_is_no_change(kind):
    assert list_rhythm_changes([make(kind, 0, 1)]) == []


def test_the_detector_is_loaded_when_the_first_recording_comes_and_once(tmp_path):
    folder, loaded = write_toy_detector(tmp_path, pipeline_config()), []

    def load():
        loaded.append(folder)
        return load_detector(folder)

    finder, record = RhythmFinder(load), toy_records()[0]
    assert loaded == []
    again = [finder.find(record) for _ in range(2)]
    assert again[0] == again[1]
    assert loaded == [folder]

import numpy as np

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.finding_counts import EARLY, FALSE, UNNAMED, FindingCounts
from lab.findings.reference_rhythms import ReferenceRhythms


def row(kind: str, start_s: float, end_s: float, found_s: float = 0.0):
    return Finding(kind, start_s, end_s, found_s or end_s, 2, 60.0, 0.9, "why").to_row()


def count(episodes, rows, pauses=(), critical=True) -> FindingCounts:
    counts = FindingCounts()
    counts.add(ReferenceRhythms(3600.0, episodes, list(pauses), critical), rows, FindingLimits())
    return counts


def test_an_episode_is_found_by_what_overlaps_it():
    rows = [
        row("ventricular_fibrillation", 95, 150, 104),
        row("ventricular_tachycardia", 205, 210, 207),
        row("ventricular_fibrillation", 900, 910),
        row("asystole", 950, 956),
        row("pause", 960, 963),
    ]
    counts = count([(100, 160), (200, 220), (300, 330), (400, 402)], rows)
    assert (counts.episodes, counts.found, counts.found_as_vf) == (3, 2, 1)
    assert counts.delays_s == [4, 7]
    assert [(row.kind, row.verdict) for row in counts.outside] == [
        ("ventricular_fibrillation", FALSE),
        ("asystole", UNNAMED),
    ]
    assert counts.rest_s == 3600 - 112
    assert counts.calm_s == 0


def test_only_records_without_anything_critical_are_calm():
    counts = count([], [row("asystole", 10, 16), row("pause", 20, 23)], critical=False)
    assert (counts.calm_critical, counts.calm_s) == (1, 3600)


def test_pauses_are_matched_both_ways():
    rows = [row("pause", 10, 13), row("asystole", 30, 35), row("pause", 50, 53)]
    counts = count([], rows, pauses=[(10.02, 13.01), (30, 35), (70, 74)])
    assert (counts.pauses, counts.pauses_found) == (3, 2)
    assert (counts.pauses_said, counts.pauses_right) == (3, 2)


def test_what_was_not_asked_has_no_row():
    names = [name for name, _ in count([], []).list_rows()]
    assert names == [
        "fibrillation that overlaps no episode, an hour of the rest",
        "of it within 10 s of an episode", "of it at a tachycardia without a note", "of it false",
        "other critical ones, false", "other critical ones within 10 s of an episode",
        "other critical ones that the beats show",
    ]  # fmt: skip
    assert len(count([(100, 160)], [], [(10, 13)], critical=False).list_rows()) == 12


def test_what_is_close_to_an_episode_or_in_the_beats_is_not_false():
    rows = [
        row("ventricular_fibrillation", 165, 170),
        row("ventricular_fibrillation", 900, 910),
        row("extreme_bradycardia", 1000, 1020),
        row("extreme_bradycardia", 2000, 2020),
    ]
    beat_s = 1000.0 + 2 * np.arange(11)
    reference = ReferenceRhythms(
        3600.0, [(100, 160)], [], True, beat_s, np.zeros(len(beat_s), bool)
    )
    counts = FindingCounts()
    counts.add(reference, rows, FindingLimits())
    verdicts = EARLY, UNNAMED, FALSE
    assert [counts.count_outside(True, verdict) for verdict in verdicts] == [1, 0, 1]
    assert [counts.count_outside(False, verdict) for verdict in verdicts] == [0, 1, 1]
    assert counts.count_outside(True, *verdicts) == 2

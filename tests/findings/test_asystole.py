import numpy as np
import pytest

from ecg_anomaly.findings.asystole import AsystoleRule, count_seen
from ecg_anomaly.findings.beatless_signal import FLAT, SILENT, STEEP
from ecg_anomaly.findings.limits import FindingLimits


def find(states: list[str], beat_after: bool = True):
    rule = AsystoleRule(FindingLimits())
    found = rule.add_beat(10.0, 0.9, "II")
    for k, state in enumerate(states):
        found += rule.add_piece(10 + k / 2, 10.5 + k / 2, state)
    if beat_after:
        found += rule.add_beat(10 + len(states) / 2)
    return found + rule.finish()


@pytest.mark.parametrize("beat_after", [True, False])
def test_four_seconds_without_a_beat(beat_after):
    (found,) = find([SILENT] * 9, beat_after)
    assert (found.start_s, found.end_s, found.found_s) == (10, 14.5, 14)
    assert (found.lead, found.confidence) == ("II", 0.9)
    assert "4.5 s" in found.why


def test_less_is_none_but_a_pause_if_a_beat_ends_it():
    assert find([SILENT] * 4) == []
    assert find([SILENT] * 7, beat_after=False) == []
    (found,) = find([SILENT] * 7)
    assert (found.kind, found.start_s, found.end_s, found.found_s) == ("pause", 10, 13.5, 13.5)
    assert found.rate_bpm == pytest.approx(60 / 3.5)


def test_what_is_missing_or_flat_ends_no_pause_and_a_steep_rise_does():
    assert find([SILENT] * 6 + [FLAT] + [SILENT] * 2) == []
    (found,) = find([SILENT] * 6 + [STEEP] + [SILENT] * 2)
    assert (found.kind, found.end_s) == ("pause", 13)


@pytest.mark.parametrize("state", [STEEP, FLAT])
def test_what_is_no_readable_silence_starts_it_anew(state):
    assert find([SILENT] * 4 + [state] + [SILENT] * 4) == []
    (found,) = [f for f in find([SILENT] * 6 + [state] + [SILENT] * 10) if f.kind == "asystole"]
    assert found.start_s == 13.5
    assert found.found_s == 17.5


def test_a_recording_that_begins_without_a_beat():
    rule = AsystoleRule(FindingLimits())
    for k in range(9):
        assert rule.add_piece(k / 2, k / 2 + 0.5, SILENT) == []
    (found,) = rule.finish()
    assert found.start_s == 0


def test_after_a_beat_that_cannot_be_read_it_is_half_as_certain():
    rule = AsystoleRule(FindingLimits())
    rule.add_beat(10.0, 0.0, "II")
    rule.add_piece(10.0, 15.0, SILENT)
    assert rule.finish()[0].confidence == 0.5


@pytest.mark.parametrize("cut", [0, 2, 5, 9])
def test_a_heart_was_seen_after_five_beats_in_a_row_that_can_be_trusted(cut):
    trusted = np.array([1, 1, 0, 1, 1, 1, 1, 1, 0, 1], bool)
    counts = count_seen(trusted)
    assert counts.tolist() == [1, 2, 0, 1, 2, 3, 4, 5, 5, 5]
    first = count_seen(trusted[:cut])
    rest = count_seen(trusted[cut:], int(first[-1]) if cut else 0)
    assert [*first, *rest] == counts.tolist()

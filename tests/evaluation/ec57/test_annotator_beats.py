"""Shutdown in both styles, flutter, broken intervals, and what is known at each beat."""

import pytest
from hand_made_marks import make_marks

from ecg_anomaly.evaluation.ec57.annotator_beats import NEVER, read_annotator_beats

W = 54


def read(text: str, length: int = 20_000):
    return read_annotator_beats(make_marks(text, shift=0), W, length)


def test_labels_are_aami_classes_and_flutter_waves_are_no_beats():
    stream = read("10N 20L 30A 40j 50E 60F 70/ 80? 90! 95| 99x")
    assert "".join(stream.label) == "NNSSVFQQO"
    assert stream.rr == [None] + [10] * 8


@pytest.mark.parametrize("subtype", [-1, 48, 51, 112])
def test_shutdown_begins_with_both_bits_and_ends_with_any_other_quality(subtype):
    stream = read(f"100N 500~{subtype} 900~3 1000N")
    assert stream.shutdowns == [(500, 900)]
    assert stream.count_shutdown(beat=1) == 400


@pytest.mark.parametrize("subtype", [0, 1, 3, 16, 32])
def test_other_qualities_are_no_shutdown(subtype):
    assert read(f"100N 500~{subtype} 900~0 1000N").shutdowns == []


@pytest.mark.parametrize("follower", ["1000N", '1000"', "1000+(N", "1000[", "1000~-1"])
def test_a_mark_alone_stands_for_all_between_its_neighbours(follower):
    assert read(f"100N 500~-1 {follower}").shutdowns[0] == (100 + W, 1000 - W)


def test_neighbours_may_be_too_close_for_any_shutdown():
    close = read("100N 120~-1 140N 500N")
    assert close.count_shutdown(beat=2) == 0
    assert close.rr == [None, 40, 360]
    assert read("100N 120~-1 180N 500N").rr == [None, None, 320]


def test_only_the_first_segment_may_last_to_the_end():
    first = read("100N 600~-1 700~-1")
    assert first.shutdowns[0] == (100 + W, 700 - W)
    assert not first.is_shutdown(5000, beat=0)
    alone = read("100N 600~-1", length=2000)
    assert alone.is_shutdown(5000, beat=0)
    assert alone.count_shutdown(beat=0) == 1400


def test_beats_in_flutter_are_nobodys_and_break_the_interval():
    stream = read("100N 200[ 300V 350~-1 400] 500N 600N")
    assert stream.sample == [100, 500, 600]
    assert stream.rr == [None, None, 100]
    assert stream.flutters == [(200, 400)]
    assert stream.shutdowns == []


def test_flutter_without_an_end_lasts_for_ever_unless_one_came_before():
    assert read("100N 200[ 300N").flutters == [(200, NEVER)]
    later = read("100N 200[ 300] 400N 500[ 600N")
    assert later.sample == [100, 400]
    assert not later.is_flutter(600, beat=1)


def test_two_segments_are_remembered_while_the_next_beat_is_read():
    stream = read("100N 1000~-1 1010~0 2000~-1 2010~0 3000~-1 3010~0 4000N 5000N")
    known = [t for t in (1005, 2005, 3005) if stream.is_shutdown(t, beat=0)]
    assert known == [2005, 3005]


def test_a_segment_after_the_next_beat_is_not_known_yet():
    stream = read("100N 200N 1000~-1 1010~0 2000N")
    assert not stream.is_shutdown(1005, beat=0)
    assert stream.is_shutdown(1005, beat=1)

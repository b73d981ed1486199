import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.beat_positions import find_beats, match_beats
from ecg_anomaly.records.record import Annotations, Record

SAMPLES = st.lists(st.integers(0, 2000), max_size=40, unique=True).map(
    lambda values: np.array(sorted(values), dtype=np.int64)
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(reference=SAMPLES, detected=SAMPLES, tolerance=st.sampled_from([0.0, 5.0, 54.0]))
def test_pairs_are_one_to_one_within_reach_and_nearest(reference, detected, tolerance):
    pair = match_beats(reference, detected, tolerance)
    assert pair.shape == detected.shape
    matched = np.flatnonzero(pair >= 0)
    assert len(set(pair[matched].tolist())) == len(matched)
    for index in matched:
        distance = np.abs(reference - detected[index])
        assert distance[pair[index]] == distance.min() <= tolerance
    for index in np.flatnonzero(pair < 0):
        distance = np.abs(reference - detected[index])
        if len(reference) and distance.min() <= tolerance:  # then a nearer one took it
            taken = [detected[i] for i in matched if distance[pair[i]] == distance.min()]
            nearest = reference[distance == distance.min()]
            assert min(abs(t - n) for t in taken for n in nearest) <= distance.min()


def test_every_beat_of_equal_lists_finds_itself():
    beats = np.array([10, 300, 650])
    assert match_beats(beats, beats, 0.0).tolist() == [0, 1, 2]


def test_without_beats_nothing_is_matched():
    none, some = np.zeros(0, np.int64), np.array([5])
    assert match_beats(none, some, 9.0).tolist() == [-1]
    assert match_beats(some, none, 9.0).tolist() == []


def test_reference_beats_leave_out_other_marks(simulated_records):
    record = simulated_records[0]
    marks = Annotations(np.array([5, 9, 12]), np.array(["+", "N", "~"]))
    labelled = Record("x", "x", record.signal, record.fs, record.leads, marks)
    beats = find_beats(labelled)
    assert (beats.sample.tolist(), beats.symbol.tolist(), beats.n_missed) == ([9], ["N"], 0)


def test_detected_beats_carry_the_symbol_of_their_reference(simulated_records):
    record = simulated_records[0]
    beats = find_beats(record, prefer_reference=False)
    reference = find_beats(record)
    named = beats.symbol != ""
    assert named.mean() > 0.98
    assert named.sum() + beats.n_missed == len(reference.sample)
    assert set(beats.symbol[named]) <= set(reference.symbol)


def test_without_labels_beats_are_detected_and_have_no_symbol(simulated_records):
    record = simulated_records[0]
    bare = Record("x", "x", record.signal, record.fs, record.leads)
    beats = find_beats(bare)
    assert len(beats.sample) > 50
    assert set(beats.symbol.tolist()) == {""}
    assert (np.diff(beats.sample) > 0).all()


@pytest.mark.parametrize("symbols", ["", "+"])
def test_labels_without_a_beat_give_detected_beats_no_symbol(simulated_records, symbols):
    record = simulated_records[0]
    marks = Annotations(np.arange(len(symbols)), np.array(list(symbols), dtype="<U1"))
    marked = Record("x", "x", record.signal, record.fs, record.leads, marks)
    beats = find_beats(marked, prefer_reference=False)
    assert len(beats.sample) > 50
    assert set(beats.symbol.tolist()) == {""}
    assert len(find_beats(marked).sample) == 0


def test_r_peaks_are_placed_on_the_chosen_lead_and_found_on_all(simulated_records):
    record = simulated_records[0]
    signal = record.signal.copy()
    signal[:, 1] = np.roll(signal[:, 0], 9)
    bare = Record("x", "x", signal, record.fs, record.leads)
    first, second = (find_beats(bare, lead).sample for lead in (0, 1))
    pair = match_beats(first, second, 20)
    assert (pair >= 0).mean() > 0.95
    assert np.median(second[pair >= 0] - first[pair[pair >= 0]]) == 9
    signal[:, 0] = 0
    alone = Record("x", "x", signal, record.fs, record.leads)
    assert (match_beats(second, find_beats(alone).sample, 2) >= 0).mean() > 0.95

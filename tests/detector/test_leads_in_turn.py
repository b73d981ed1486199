"""Each beat is read on the first lead that can be read there."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.lead_choice import rank_choices
from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.beats.window_cutting import cut_leads
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_chunks, score_parts, score_recording
from ecg_anomaly.records.record import Record


def assert_equal(one: BeatDecisions, other: BeatDecisions, *but: str) -> None:
    """Equal, but for the last digits of scores: a network rounds by the size of its batch."""
    np.testing.assert_allclose(one.score, other.score, rtol=0, atol=1e-6)
    for field in fields(BeatDecisions):
        if field.name not in (*but, "score"):
            pair = getattr(one, field.name), getattr(other, field.name)
            np.testing.assert_array_equal(*pair, err_msg=field.name)


@pytest.fixture
def quick(detector: Detector) -> Detector:
    """A detector whose history is a small part of the recording."""
    features = replace(detector.features, history_s=12.0, history_update_s=2.0)
    return replace(detector, features=features)


@pytest.fixture
def switched(record: Record) -> Record:
    """A recording whose first lead is flat in its first 30 s, and the second from there on."""
    signal = record.signal.copy()
    half = len(signal) // 2
    signal[:half, 0] = 0.0
    signal[half:, 1] = np.nan
    return replace(record, signal=signal)


def test_every_beat_is_read_on_the_lead_that_is_there(quick, record, switched):
    whole, found = score_recording(quick, record), score_recording(quick, switched)
    assert (found.unreadable == "").sum() >= (whole.unreadable == "").sum() - 3
    half = len(record.signal) // 2
    read = found.unreadable == ""
    assert set(found.lead[read & (found.sample < half - 360)]) == {"V1"}
    assert set(found.lead[read & (found.sample > half + 360)]) == {"MLII"}


@pytest.mark.parametrize(("chunk_s", "processes"), [(7.0, 1), (20.0, 2), (1000.0, 1)])
def test_chunks_and_processes_do_not_change_what_is_read(quick, switched, chunk_s, processes):
    whole = concatenate_decisions(score_chunks(quick, switched))
    parts = score_chunks(quick, switched, 1, chunk_s=chunk_s, processes=processes)
    assert_equal(concatenate_decisions(parts), whole)


STRETCHES = st.lists(
    st.tuples(st.floats(1, 55), st.floats(0.1, 25), st.integers(0, 1)), min_size=1, max_size=4
)


@settings(max_examples=15, deadline=None, derandomize=True)
@given(STRETCHES, st.sampled_from(["missing", "flat", "noisy"]))
def test_no_beat_is_unreadable_while_a_lead_of_it_can_be_read(detector, record, stretches, how):
    signal = record.signal.copy()
    noise = np.random.default_rng(0).normal(0, 20, signal.shape)
    for at, long, lead in stretches:
        rows = slice(round(at * record.fs), round((at + long) * record.fs))
        signal[rows, lead] = {"missing": np.nan, "flat": 0.0, "noisy": noise[rows, lead]}[how]
    found = score_recording(detector, replace(record, signal=signal))
    each = cut_leads(Excerpt.whole(signal), record.fs, found.sample, detector.preprocess)
    np.testing.assert_array_equal(found.unreadable == "", (each.unreadable == "").any(axis=1))
    first = np.array([record.leads.index(name) for name in found.lead])
    of_first = each.unreadable[np.arange(len(found)), first]
    np.testing.assert_array_equal(found.unreadable, of_first)


def test_a_lead_is_left_only_where_it_cannot_be_read(quick, record):
    plain = score_recording(quick, record)
    assert set(plain.lead) == {"MLII"}
    signal = record.signal.copy()
    signal[20 * 360 : 23 * 360, 0] = np.nan
    found = score_recording(quick, replace(record, signal=signal))
    other = found.time_s[found.lead == "V1"]
    assert len(other) >= 2
    assert (np.abs(other - 21.5) < 2.5).all()
    # What is later than the memory reaches knows nothing of it.
    late = found.time_s > 23 + quick.features.history_s + 4
    np.testing.assert_allclose(found.score[late], plain.score[-late.sum() :], atol=1e-6)


def test_a_lead_is_compared_with_its_own_past(quick, record):
    """A beat that is read on the second lead scores as if there were no other."""
    signal = record.signal.copy()
    signal[:, 0] = np.nan
    alone = replace(record, signal=record.signal[:, 1:], leads=("V1",))
    found = score_recording(quick, replace(record, signal=signal))
    expected = score_recording(quick, alone)
    assert_equal(found, expected, "lead")  # the last beat, which no lead can be read of, is II's
    read = found.unreadable == ""
    np.testing.assert_array_equal(found.lead[read], expected.lead[read])


def test_where_the_peak_of_the_other_lead_stands_beside_that_of_the_first_nothing_changes(
    quick, record
):
    """R peaks go from one lead to the other, and so do the windows around them."""
    late = round(0.04 * record.fs)
    signal = record.signal.copy()
    signal[:, 1] = np.roll(signal[:, 1], late)
    alone = replace(record, signal=signal[:, 1:].copy(), leads=("V1",))
    signal[40 * 360 :, 0] = np.nan
    found = score_recording(quick, replace(record, signal=signal))
    expected = score_recording(quick, alone)
    _, mine, other = np.intersect1d(found.sample, expected.sample, return_indices=True)
    after = (found.lead[mine] == "V1") & (found.unreadable[mine] == "")
    assert after.sum() > 15
    change = np.abs(found.score[mine] - expected.score[other])[after]
    assert change.max() < 0.75 * np.nanstd(expected.score)


def test_a_lead_that_comes_on_is_learnt_from_what_follows(quick, record):
    """Lead II is all there is, then it is gone and V1 comes on, as between segments of MIMIC."""
    signal, half = record.signal.copy(), len(record.signal) // 2
    signal[half:, 0] = signal[:half, 1] = np.nan
    whole, found = (
        score_recording(quick, record),
        score_recording(quick, replace(record, signal=signal)),
    )
    new = (found.sample > half) & (found.unreadable == "")
    assert new.sum() > 25
    spread = np.nanstd(whole.score)
    first = found.score[new][:8]
    assert np.abs(np.median(first) - np.median(found.score[new][8:])) < 2 * spread


def test_leads_are_chosen_causally_where_no_choice_is_given(quick, switched):
    """What comes later changes nothing but what the first ten beats and the next ones decide."""
    later = switched.signal.copy()
    later[50 * 360 :] = 0.0
    one = concatenate_decisions(score_chunks(quick, switched))
    other = concatenate_decisions(score_chunks(quick, replace(switched, signal=later)))
    before = one.time_s < 25
    assert set(one.lead[before]) == {"V1"}
    np.testing.assert_array_equal(one.lead[before], other.lead[: before.sum()])


def test_a_lead_in_doubt_throughout_is_not_the_first_choice(detector, record):
    signal = record.signal.copy()
    signal[:, 0] += np.random.default_rng(1).normal(0, 0.28, len(signal))
    noisy = replace(record, signal=signal)
    asked = concatenate_decisions(score_parts(detector, noisy, lead="MLII"))
    read = asked.unreadable == ""
    assert (asked.lead[read] == "MLII").mean() > 0.5
    found = score_recording(detector, noisy)
    assert (found.lead == "V1").mean() > 0.9
    assert (found.quality[found.lead == "MLII"] >= TRUSTED_QUALITY).mean() > 0.5
    assert np.median(found.quality) > np.median(asked.quality[read])


def test_a_lead_gives_way_while_it_is_in_doubt_and_is_read_again_after_that(quick, record):
    signal, rng = record.signal.copy(), np.random.default_rng(1)
    rows = slice(20 * 360, 40 * 360)
    signal[rows, 0] += rng.normal(0, 0.28, 20 * 360)
    found = score_recording(quick, replace(record, signal=signal))
    noisy = (found.time_s > 24) & (found.time_s < 39)
    assert (found.lead[noisy] == "V1").all()
    clean = (found.time_s < 19) | (found.time_s > 44)
    assert (found.lead[clean] == "MLII").all()
    later = signal.copy()
    later[30 * 360 :] = rng.normal(0, 1, later[30 * 360 :].shape)
    other = score_recording(quick, replace(record, signal=later))
    before = found.time_s < 28
    np.testing.assert_array_equal(other.lead[: before.sum()], found.lead[before])


def test_of_three_leads_the_third_is_read_where_the_others_are_gone(quick, record):
    signal = np.column_stack([record.signal, record.signal[:, 0]])
    signal[: 40 * 360, 0] = np.nan
    signal[20 * 360 :, 1] = 0.0
    three = replace(record, signal=signal, leads=("MLII", "V1", "V6"))
    found = score_recording(quick, three)
    read = found.unreadable == ""
    assert read.mean() > 0.95
    between = read & (found.time_s > 21) & (found.time_s < 39)
    assert set(found.lead[between]) == {"V6"}
    assert rank_choices(three.leads, quick.leads)[1] == [2, 1]


def test_after_noise_on_every_lead_beats_stay_in_doubt_for_a_while(detector, record):
    signal, rows = record.signal.copy(), slice(20 * 360, 40 * 360)
    signal[rows] += np.random.default_rng(1).normal(0, 0.28, signal[rows].shape)
    noisy = replace(record, signal=signal)
    found = score_recording(detector, noisy)
    own = cut_leads(
        Excerpt.whole(signal), record.fs, found.sample, detector.preprocess
    ).quality.max(axis=1)
    soon = (found.time_s > 43) & (found.time_s < 47)
    assert (own[soon] > TRUSTED_QUALITY).all()
    assert (found.quality[soon] < TRUSTED_QUALITY).all()
    later = (found.time_s > 54) & (found.time_s < 58)
    assert (found.quality[later] > TRUSTED_QUALITY).all()

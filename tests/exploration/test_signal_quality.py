"""Signal quality as the exploration page shows it, and as preprocessing decides it."""

import time
from dataclasses import replace

import numpy as np
import pytest

from default_config import dataset_config, preprocess_config
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.exploration.record_row import STATES, find_states
from ecg_anomaly.exploration.signal_quality import measure_quality, measure_wander
from ecg_anomaly.records.record import Annotations, Record

FS, CONFIG = 250.0, preprocess_config()
ORDER = list(STATES.values())


def clean_lead(seconds, fs=FS, seed=1):
    """A QRS-like bump every 0.8 s over a little T wave, and 5 µV of recorder noise."""
    time_s = np.arange(round(seconds * fs)) / fs
    phase = np.mod(time_s, 0.8)
    beat = np.exp(-(((phase - 0.3) / 0.015) ** 2)) + 0.2 * np.exp(-(((phase - 0.55) / 0.05) ** 2))
    noise = np.random.default_rng([seed]).normal(0, 0.005, len(time_s))
    return (beat + noise).astype(np.float32)


def as_record(*leads, fs=FS, segment_length=None):
    names = tuple(f"lead{i}" for i in range(len(leads)))
    signal = np.stack(leads, axis=1).astype(np.float32)
    return Record("r", "s", signal, fs, names, segment_length=segment_length)


def states_of(record, window_s=10.0):
    """Worst state of each window and lead, in words."""
    states = find_states(measure_quality(record, CONFIG, window_s))
    return [[ORDER[state] for state in row] for row in states.tolist()]


def reasons_of(record):
    return set(measure_quality(record, CONFIG).reason.ravel().tolist()) - {""}


def test_a_clean_lead_has_no_flaw():
    quality = measure_quality(as_record(clean_lead(40)), CONFIG)
    assert reasons_of(as_record(clean_lead(40))) == set()
    assert quality.missing.tolist() == [0]
    assert find_states(quality).tolist() == [[0]] * 4
    assert (quality.wander_mv < 0.05).all()


def test_missing_samples_are_counted_and_spoil_their_window_only():
    lead = clean_lead(30)
    lead[2600:3000], lead[3000:3125] = np.nan, np.inf
    quality = measure_quality(as_record(lead, clean_lead(30)), CONFIG)
    np.testing.assert_allclose(quality.missing, [525 / 7500, 0])
    assert find_states(quality).tolist() == [[0, 0], [6, 0], [0, 0]]
    assert reasons_of(as_record(lead)) == {"missing samples"}


def test_the_last_window_may_be_shorter_than_a_piece():
    lead = clean_lead(20.1)
    assert states_of(as_record(lead)) == [["good"]] * 3
    lead[-5:] = np.nan
    assert states_of(as_record(lead)) == [["good"], ["missing samples"], ["missing samples"]]


def test_a_lead_that_came_off_is_flat_and_not_clipped():
    lead = clean_lead(30)
    lead[2750:4750] = 0.1
    record = as_record(lead)
    assert states_of(record) == [["good"], ["flat line"], ["good"]]
    assert reasons_of(record) == {"flat"}


def test_a_flat_record_is_flat_and_neither_clipped_nor_noisy():
    quality = measure_quality(as_record(np.zeros(5000)), CONFIG)
    assert quality.share("flat").tolist() == [1]
    assert quality.share("clipped", "noise", "no clear QRS").tolist() == [0]
    np.testing.assert_allclose(quality.wander_mv, 0, atol=1e-7)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_plateau_is_clipped_and_a_single_peak_is_not(sign):
    lead = clean_lead(30)
    lead[3000] = 4.0
    assert "clipped" not in reasons_of(as_record(sign * lead))
    lead[3000:3030] = 4.0
    assert "clipped" not in reasons_of(as_record(sign * lead))
    for start in (3400, 3600):
        lead[start : start + 30] = 4.0  # at the same value again: the rail
    assert states_of(as_record(sign * lead)) == [["good"], ["clipping"], ["good"]]


def test_an_amplitude_that_no_heart_has_is_implausible():
    lead = clean_lead(30)
    lead[3000] = 100.0
    assert states_of(as_record(lead))[1] == ["implausible"]


def test_muscle_noise_is_noise_where_it_is():
    lead = clean_lead(120)
    lead[10000:20000] += np.random.default_rng([7]).normal(0, 0.2, 10000)
    states = states_of(as_record(lead))
    assert states[:3] == states[-3:] == [["good"]] * 3
    assert states[5:7] == [["noise"]] * 2


def test_wander_is_shown_and_rejects_nothing():
    time_s = np.arange(15000) / FS
    lead = clean_lead(60) + 0.6 * np.sin(2 * np.pi * 0.2 * time_s)
    record = as_record(lead)
    assert states_of(record) == [["baseline wander"]] * 6
    assert reasons_of(record) == set()


def test_a_window_is_named_after_the_worst_thing_in_it():
    lead = clean_lead(30)
    lead[2750:4750] = 0.1
    lead[4900:4910] = np.nan
    assert states_of(as_record(lead)) == [["good"], ["missing samples"], ["good"]]


def test_an_offset_changes_nothing():
    lead = clean_lead(30)
    lead[2750:4750] = 0.1
    plain, shifted = (measure_quality(as_record(x), CONFIG) for x in (lead, lead + 5))
    np.testing.assert_array_equal(plain.reason, shifted.reason)
    np.testing.assert_allclose(plain.wander_mv, shifted.wander_mv, atol=1e-4)


def test_one_bad_lead_leaves_the_other_as_it_was():
    lead = clean_lead(30)
    alone = measure_quality(as_record(lead), CONFIG)
    both = measure_quality(as_record(lead, np.full_like(lead, np.nan)), CONFIG)
    for name in ("reason", "wander_mv"):
        np.testing.assert_array_equal(getattr(both, name)[:, :1], getattr(alone, name))


def test_a_record_without_values_is_missing_and_has_no_wander():
    quality = measure_quality(as_record(np.full(5000, np.nan)), CONFIG)
    assert quality.missing.tolist() == quality.share("missing samples").tolist() == [1]
    assert np.isnan(quality.wander_mv).all()


@pytest.mark.parametrize("n", [0, 1, 100])
def test_a_record_shorter_than_a_beat_has_no_window(n):
    quality = measure_quality(as_record(np.ones(n), np.full(n, np.nan)), CONFIG)
    assert find_states(quality).shape == quality.wander_mv.shape == (0, 2)
    assert np.isnan(quality.share("flat")).all()
    np.testing.assert_array_equal(quality.missing, [0, 1] if n else [np.nan, np.nan])


def test_of_beats_laid_end_to_end_missing_samples_are_judged():
    lead = clean_lead(20)
    lead[1200:1300] = np.nan
    lead[3000:] = 0
    quality = measure_quality(as_record(lead, segment_length=200), CONFIG)
    assert np.flatnonzero(quality.reason == "missing samples").tolist() == [6]
    assert set(quality.reason.ravel().tolist()) == {"", "missing samples"}
    assert np.isnan(quality.wander_mv).all()


def flawed_record():
    """Two minutes with a flaw of each kind, each far from the others, and a beat every 0.8 s."""
    lead = clean_lead(120)
    lead[2500:3000] = np.nan
    lead[7500:9000] = 0.3
    phase = np.mod(np.arange(1000) / FS, 0.8)
    lead[15000:16000] += np.minimum(3 * np.exp(-(((phase - 0.3) / 0.08) ** 2)), 1.5)
    lead[15000:16000] = np.minimum(lead[15000:16000], 1.4)
    lead[20000:20100] *= 60
    sample = np.arange(75, len(lead) - 200, 200)
    record = as_record(lead)
    return replace(record, annotations=Annotations(sample, np.full(len(sample), "N")))


def test_the_page_shows_what_preprocessing_rejects():
    record = flawed_record()
    beats, _ = cut_beats(record, dataset_config(leads=[["lead0"]]), CONFIG)
    rejected = beats.select(~beats.readable & (beats.unreadable != "outside record"))
    assert set(rejected.unreadable.tolist()) == {
        "missing samples", "flat", "clipped", "implausible",
    }  # fmt: skip
    quality = measure_quality(record, CONFIG)
    piece = (rejected.time_s / 0.8).astype(int)
    for name, row in zip(rejected.unreadable.tolist(), piece.tolist(), strict=True):
        assert name in quality.reason[row - 1 : row + 2]
    shown = np.flatnonzero(quality.reason[:, 0] != "")
    rejected_at = beats.time_s[~beats.readable]
    assert all(np.abs(rejected_at - 0.8 * (row + 0.5)).min() < 1.6 for row in shown)


def test_limits_are_those_of_preprocessing():
    record = as_record(clean_lead(30))
    strict = replace(CONFIG, flat_mv=2.0)
    assert measure_quality(record, strict).share("flat").tolist() == [1]
    assert measure_quality(record, CONFIG).share("flat").tolist() == [0]


def test_an_unlabelled_and_a_labelled_record_are_judged_alike():
    labelled = flawed_record()
    bare = replace(labelled, annotations=None)
    one, other = (measure_quality(record, CONFIG).reason for record in (labelled, bare))
    assert (one == other).mean() > 0.95


def test_half_an_hour_of_two_leads_takes_a_fraction_of_a_second():
    lead = clean_lead(1805, fs=360.0)
    record = as_record(lead, lead, fs=360.0)
    durations = []
    for _ in range(3):
        start = time.perf_counter()
        measure_quality(record, CONFIG)
        durations.append(time.perf_counter() - start)
    # 0.25 s on one core; the margin is for a busy machine.
    assert min(durations) < 1.5


def test_wander_is_unknown_only_in_windows_without_a_value():
    lead = np.zeros(3000, dtype=np.float32)
    lead[1000:2000] = np.nan
    levels = measure_wander(lead, FS, 1000, 3)
    assert np.isnan(levels).tolist() == [False, True, False]


def test_a_step_of_the_baseline_is_wander_on_its_shorter_side():
    lead = np.zeros(10000, dtype=np.float32)
    lead[7500:] = 2.0
    levels = measure_wander(lead, FS, 2500, 4)
    np.testing.assert_allclose(levels[[0, 1, 3]], [0, 0, 2], atol=0.25)


@pytest.mark.parametrize("gap", [0, 700])
def test_wander_is_the_rms_of_a_slow_sine(gap):
    lead = 0.5 * np.sin(2 * np.pi * 0.2 * np.arange(15000) / FS)
    lead[4000 : 4000 + gap] = np.nan
    levels = measure_wander(lead.astype(np.float32), FS, 2500, 6)
    np.testing.assert_allclose(levels, 0.5 / np.sqrt(2), rtol=0.15)


def test_an_offset_and_fast_waves_are_no_wander():
    lead = 3 + np.sin(2 * np.pi * 8 * np.arange(5000) / FS)
    np.testing.assert_allclose(measure_wander(lead.astype(np.float32), FS, 2500, 2), 0, atol=0.03)


@pytest.mark.parametrize("lead", [np.full(500, np.nan), np.ones(1), np.ones(30)])
def test_short_and_empty_leads_are_measured(lead):
    levels = measure_wander(lead.astype(np.float32), FS, 500, 1)
    assert levels.shape == (1,)
    assert np.isnan(levels[0]) == np.isnan(lead).all()

"""Windows cut out of a piece of a recording."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilterSettings, filter_excerpt
from ecg_anomaly.beats.readability import is_hidden
from ecg_anomaly.beats.record_beats import cut_excerpt
from ecg_anomaly.beats.window_cutting import CutBeats, cut_leads
from ecg_anomaly.beats.window_reach import window_reach

CONFIG = preprocess_config()
WINDOW = BeatWindow.from_config(CONFIG)


def two_leads(fs, duration_s=60.0, rr_s=0.8):
    """QRS complexes on two leads, and where they are."""
    time = np.arange(round(duration_s * fs)) / fs
    at_s = np.arange(1.0, duration_s - 1, rr_s)
    lead = sum(np.exp(-(((time - at) / 0.02) ** 2)) for at in at_s)
    signal = np.column_stack([lead, 0.5 * lead]).astype(np.float32)
    return signal, np.rint(at_s * fs).astype(np.int64)


def test_windows_are_cut_around_the_beat_and_repeat_the_edge():
    signal = np.random.default_rng(0).normal(size=(2000, 1)).astype(np.float32)
    settings = FilterSettings.from_config(CONFIG)
    (lead,) = filter_excerpt(Excerpt.whole(signal), CONFIG.fs, range(2000), settings)
    filtered = lead.signal
    sample, config = (
        np.array([0, 500, 1999]),
        replace(CONFIG, max_roughness=np.inf, max_unrest=np.inf),
    )
    windows, unreadable, *_ = cut_excerpt(Excerpt.whole(signal), CONFIG.fs, sample, [0], config)
    assert windows.shape == (3, WINDOW.n_samples, 1) == (3, 96, 1)
    np.testing.assert_array_equal(windows[1, :, 0], filtered[458:554])
    assert (windows[0, :43, 0] == filtered[0]).all()
    assert (windows[2, 42:, 0] == filtered[-1]).all()
    assert unreadable.tolist() == ["outside record", "", "outside record"]


@pytest.mark.parametrize("fs", [100.0, 250.0, 257.3, 360.0, 1000.0])
def test_a_piece_gives_the_windows_of_the_whole(fs):
    rng = np.random.default_rng(1)
    signal = rng.normal(size=(round(60 * fs), 2)).astype(np.float32)
    signal[round(29.9 * fs) : round(30.1 * fs), 1] = np.nan
    sample = np.sort(rng.integers(0, len(signal), 50))
    whole, why, *_ = cut_excerpt(Excerpt.whole(signal), fs, sample, [0, 1], CONFIG)
    back, ahead = (int(np.ceil(reach_s * fs)) for reach_s in window_reach(CONFIG))
    nothing = np.full(2, np.nan, np.float32)
    for first in range(0, len(signal), round(7 * fs)):
        rows = (sample >= first) & (sample < first + round(7 * fs))
        start, stop = max(0, first - back), first + round(7 * fs) + ahead
        piece = Excerpt(signal[start:stop], start, len(signal), nothing)
        near = (sample >= start) & (sample < stop)
        target = range(first, first + round(7 * fs))
        windows, reasons, *_ = cut_excerpt(piece, fs, sample[near], [0, 1], CONFIG, target)
        np.testing.assert_array_equal(windows, whole[rows])
        assert reasons.tolist() == why[rows].tolist()


def test_a_place_without_a_lead_is_zero():
    signal = np.random.default_rng(2).normal(size=(2000, 1)).astype(np.float32)
    found, *_ = cut_excerpt(Excerpt.whole(signal), 120.0, np.array([900]), [-1, 0], CONFIG)
    assert not found[:, :, 0].any()
    assert found[:, :, 1].any()


@pytest.mark.parametrize(
    ("how", "lead"),
    [(how, lead) for how in ("clipped", "missing samples", "implausible") for lead in (0, 1)]
    + [("noise", 0)],
)
def test_a_bad_first_lead_makes_a_beat_unreadable_a_bad_other_one_is_left_out(lead, how):
    signal, sample = two_leads(360.0)
    span = slice(20 * 360, 40 * 360)
    if how == "noise":
        signal[span, lead] += np.random.default_rng(0).normal(0, 1.0, 20 * 360)
    elif how == "clipped":  # for 0.2 s, most of the QRS complex; of the others the tip alone
        wide = sum(3 * np.exp(-(((np.arange(len(signal)) - at) / 25) ** 2)) for at in sample)
        signal[span, lead] = wide[span]
        signal[:, lead] = np.minimum(signal[:, lead], 0.4)
    elif how == "implausible":
        signal[span, lead] *= 100
    else:
        for n in range(10):
            signal[span, lead][n::50] = np.nan
    windows, unreadable, *_ = cut_excerpt(Excerpt.whole(signal), 360.0, sample, [0, 1], CONFIG)
    inside = (sample > 23 * 360) & (sample < 38 * 360)
    outside = (sample < 14 * 360) | (sample > 46 * 360)
    if how == "noise":
        assert np.isin(unreadable[inside], ["noise", "no clear QRS"]).all()
        unreadable[inside] = "noise"
    assert (unreadable[inside] == (how if lead == 0 else "")).all()
    assert windows[:, :, 0].any(axis=1).all()
    assert windows[inside, :, 1].any() == (lead == 0)
    assert not unreadable[outside].any()
    assert windows[outside, :, 1].any(axis=1).all()


def test_a_noisy_second_lead_is_kept():
    signal, sample = two_leads(360.0)
    signal[:, 1] += np.random.default_rng(0).normal(0, 0.3, len(signal))
    windows, unreadable, *_ = cut_excerpt(Excerpt.whole(signal), 360.0, sample, [0, 1], CONFIG)
    assert not unreadable.any()
    assert windows[:, :, 1].any(axis=1).all()


def test_windows_must_be_inside_the_record_to_the_sample():
    signal, _ = two_leads(CONFIG.fs)
    before = WINDOW.r_peak
    last = len(signal) - (WINDOW.n_samples - before)
    sample = np.array([before - 1, before, last, last + 1])
    config = replace(CONFIG.ignoring_noise(), flat_mv=0.0)
    _, unreadable, *_ = cut_excerpt(Excerpt.whole(signal), CONFIG.fs, sample, [0, 1], config)
    assert unreadable.tolist() == ["outside record", "", "", "outside record"]


@pytest.mark.parametrize("fs", [250.0, 300.0, 500.0, 1000.0])
def test_a_beat_at_the_last_sample_is_said_to_be_cut(fs):
    """Its R peak rounds to one sample past the end of the filtered recording."""
    signal, sample = two_leads(fs)
    for n in range(8):
        last = sample[-1] + n
        cut = Excerpt.whole(signal[: last + 1])
        windows, why, *_ = cut_excerpt(cut, fs, np.append(sample[:-1], last), [0, 1], CONFIG)
        assert len(windows) == len(why) == len(sample)
        assert why[-1] == "outside record"


@pytest.mark.parametrize("fs", [100.0, 360.0])
def test_noise_around_a_piece_is_heard_as_in_the_whole(fs):
    signal, sample = two_leads(fs, 90.0)
    rng = np.random.default_rng(3)
    loud = np.repeat(rng.choice([0.0, 0.0, 0.8], 90), round(fs))
    signal += (loud * rng.normal(size=len(signal)))[:, None].astype(np.float32)
    whole = cut_excerpt(Excerpt.whole(signal), fs, sample, [0, 1], CONFIG)
    assert 0 < np.count_nonzero(whole.unreadable) < len(sample)
    assert len(set(whole.quality.tolist())) > 3
    step = round(0.8 * fs)
    for first in range(0, len(signal), step):
        target = range(first, min(first + step, len(signal)))
        rows = (sample >= target.start) & (sample < target.stop)
        piece = cut_excerpt(Excerpt.whole(signal), fs, sample, [0, 1], CONFIG, target)
        assert piece.unreadable.tolist() == whole.unreadable[rows].tolist()
        assert piece.quality.tolist() == whole.quality[rows].tolist()


def lead_with_faults(fs, duration_s=40.0):
    """QRS complexes on two leads, with noise, gaps and clipped tops, and where they are."""
    signal, sample = two_leads(fs, duration_s)
    rng, second = np.random.default_rng(4), round(fs)
    signal[12 * second : 18 * second] += rng.normal(0, 0.4, (6 * second, 2)).astype(np.float32)
    signal[:, 1] = np.minimum(signal[:, 1], np.float32(0.3))
    for start, long_s in ((8.3, 0.01), (9.3, 0.03), (22.5, 0.3), (27.1, 2.0), (33.33, 0.015)):
        rows = slice(round(start * fs), round((start + long_s) * fs))
        signal[rows, 0] = np.nan
    return signal, sample


@pytest.mark.parametrize("fs", [100.0, 360.0])
@pytest.mark.parametrize("what", ["gap", "noise", "flat"])
def test_a_window_depends_on_nothing_later_than_two_thirds_of_a_second(fs, what):
    signal, sample = lead_with_faults(fs)
    whole = cut_leads(Excerpt.whole(signal), fs, sample, CONFIG)
    assert len(set(whole.unreadable[:, 0].tolist())) >= 3
    ahead_s = window_reach(CONFIG).ahead_s
    assert ahead_s < 0.65
    for k in range(0, len(sample) - 3, 3):
        stop, other = sample[k] + int(np.ceil(ahead_s * fs)) + 1, signal.copy()
        if what == "noise":
            later = np.random.default_rng(k).normal(0, 9, (len(signal) - stop, 2))
            other[stop:] = 7 + later
        else:
            other[stop:] = np.nan if what == "gap" else signal[stop - 1]
        target = range(sample[k] + 1)
        found = cut_leads(Excerpt.whole(other), fs, sample[: k + 1], CONFIG, target)
        # What is said in a gap is not: it is bridged towards its end, and nobody reads it.
        shown = ~is_hidden(whole.unreadable[k])
        np.testing.assert_array_equal(
            found.waveform[-1][:, shown], whole.waveform[k][:, shown], err_msg=f"beat {k}"
        )
        for name in CutBeats._fields[1:]:
            last = getattr(found, name)[-1], getattr(whole, name)[k]
            np.testing.assert_array_equal(*last, err_msg=f"{name} of beat {k}")


@pytest.mark.parametrize(
    ("held_s", "said"), [(0.2, True), (0.5, True), (0.63, True), (0.68, False), (0.9, False)]
)
def test_a_wave_counts_as_cut_off_when_it_is_over_in_time(held_s, said):
    """Held from 0.05 s before each R peak on: what lasts too long may be a flat line."""
    fs = CONFIG.fs
    at, steep = np.arange(120, 3480, 240), np.float32([0.3, 0.6])
    lead = np.random.default_rng(0).normal(0, 0.002, (3600, 1)).astype(np.float32)
    for sample in at:
        start, stop = sample - 6, sample - 6 + round(held_s * fs)
        lead[start - 2 : start, 0], lead[stop : stop + 2, 0] = steep, steep[::-1]
        lead[start:stop] = 1.0
    found = cut_leads(Excerpt.whole(lead), fs, at, CONFIG)
    assert (found.clipped[2:] == said).all()
    assert (found.unreadable[2:] == "clipped").all() == said

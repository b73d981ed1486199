"""Each lead is compared with the beats in which it was there."""

from dataclasses import fields

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import HistoryWindows, find_windows
from ecg_anomaly.features.look_back import drop_leads
from ecg_anomaly.features.morphology import compute_morphology
from ecg_anomaly.features.past_beats import PastBeats
from one_record import look_back

WINDOW = BeatWindow.from_config(preprocess_config())
N, PER_LEAD = 100, 9


def make_past(absent=(), n_leads: int = 2) -> PastBeats:
    """Beats a second apart, of which the second lead is absent in the given rows."""
    rng = np.random.default_rng(0)
    shape = np.exp(-(((np.arange(WINDOW.n_samples) - WINDOW.r_peak) / 4) ** 2))
    noise = rng.normal(0, 0.02, (N, WINDOW.n_samples, n_leads))
    waveform = (shape[:, None] * np.arange(1, n_leads + 1) + noise).astype(np.float32)
    if n_leads > 1:
        waveform[list(absent), :, 1] = 0
    present = waveform.any(axis=1)
    return PastBeats(np.arange(N) * 1.0, waveform, present, np.ones(N, bool), np.ones(N))


def windows_of(past: PastBeats) -> HistoryWindows:
    clock = HistoryClock(20.0, 2.0, 0.0)
    return find_windows(past.time_s, clock, past.trusted, past.present[:, 0])


def look(past: PastBeats) -> tuple[History, np.ndarray]:
    windows = windows_of(past)
    found = look_back(past, 0.0, windows, 64, WINDOW).select(windows.of_beat)
    return found.first, found.known


def test_a_lead_that_is_often_absent_is_compared_with_itself():
    whole, _ = look(make_past())
    found, known = look(make_past([n for n in range(N) if n % 3]))
    # Of the first beats, one in three is too few to say what is usual on that lead.
    assert known[:, 0].all()
    assert known[18:, 1].all()
    np.testing.assert_allclose(found.amplitude[18:], whole.amplitude[18:], rtol=0.05)
    np.testing.assert_allclose(found.template[18:], whole.template[18:], atol=0.05)
    np.testing.assert_array_equal(found.amplitude[:, 0], whole.amplitude[:, 0])


def test_leads_that_are_always_there_are_known():
    _, known = look(make_past())
    assert known.shape == (N, 2)
    assert known.all()


def test_a_lead_is_known_from_the_fifth_beat_on_in_a_window():
    _, known = look(make_past(range(50)))
    assert not known[20:54, 1].any()
    assert known[58:, 1].all()
    assert known[:, 0].all()


def test_of_a_few_beats_all_are_enough():
    past = PastBeats(*(values[:3] for values in make_past([0])))
    _, known = look(past)
    assert known[:, 0].all()
    assert not known[:, 1].any()


@pytest.mark.parametrize("lead", [0, 1])
def test_a_lead_that_is_left_out_is_one_that_never_was(lead):
    past = make_past()
    history, there = look(past)
    there[40:, lead] = False
    waveform, left = drop_leads(history.divide(past.waveform), history, there, WINDOW)
    assert not waveform[40:, :, lead].any()
    never = past._replace(waveform=past.waveform.copy())
    never.waveform[:, :, lead] = 0
    expected, _ = look(never._replace(present=np.ones((N, 2), bool)))
    for field in fields(History):
        pair = getattr(left, field.name), getattr(expected, field.name)
        np.testing.assert_array_equal(*(values[40:] for values in pair), err_msg=field.name)
        np.testing.assert_array_equal(pair[0][:40], getattr(history, field.name)[:40])
    values = compute_morphology(waveform, left, left, WINDOW)[40:]
    assert np.abs(values[:, lead * PER_LEAD : (lead + 1) * PER_LEAD]).max() < 1e-6


def test_nothing_is_copied_where_every_lead_is_there():
    past = make_past()
    history, there = look(past)
    waveform = history.divide(past.waveform)
    assert drop_leads(waveform, history, there, WINDOW) == (waveform, history)

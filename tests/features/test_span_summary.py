"""Summaries of many spans at once are those of one span after the other, by definition."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features import span_summary as summary
from ecg_anomaly.features.p_wave import around_p_wave, match_p_wave, p_wave_residual
from ecg_anomaly.features.row_choice import choose_rows
from ecg_anomaly.features.span_summary import SMALLEST_AMPLITUDE_MV, summarise_spans
from ecg_anomaly.features.window_sums import part_distances

WINDOW = BeatWindow.from_config(preprocess_config())
MOST = 16


def noisy_beats(n: int) -> np.ndarray:
    return np.random.default_rng(n).normal(size=(n, 96, 2)).astype(np.float32)


def by_definition(everything: np.ndarray, on_time: np.ndarray) -> dict[str, np.ndarray]:
    """The formulas of `History` for one span, written out."""
    qrs = WINDOW.part("qrs")
    spread = np.median(np.ptp(everything[:, qrs], axis=1), axis=0)
    amplitude = np.maximum(spread, SMALLEST_AMPLITUDE_MV)
    beats = on_time / amplitude
    template = np.median(beats, axis=0)
    match = match_p_wave(beats, np.broadcast_to(template, beats.shape), WINDOW)
    return {
        "recent_p": np.median(everything[:, around_p_wave(WINDOW)[0]], axis=0) / amplitude,
        "template": template,
        "amplitude": amplitude,
        "part_distance": np.median(part_distances(beats, template, WINDOW), axis=0),
        "p_noise": np.median(p_wave_residual(beats, template[None], 1.0, WINDOW), axis=0),
        "p_match": np.median(match, axis=0),
        "p_spread": np.median(np.abs(match - np.median(match, axis=0)), axis=0),
    }


@pytest.mark.parametrize("batch_samples", [1, 200_000])
def test_spans_of_every_length_and_mixture(monkeypatch, batch_samples):
    monkeypatch.setattr(summary, "BATCH_SAMPLES", batch_samples)
    waveform = noisy_beats(120)
    rng = np.random.default_rng(5)
    readable, premature = rng.random(120) > 0.2, rng.random(120) > 0.7
    spans = np.array([[0, 3], [0, 120], [5, 12], [40, 60], [40, 57], [100, 101]])
    slot, masks = np.arange(120) // 8, (readable, readable & ~premature)
    chosen = [choose_rows(good, slot, spans, MOST) for good in masks]
    found = summarise_spans(waveform, *chosen, WINDOW)
    for row, (first, end) in enumerate(spans):
        everything, on_time = (choose_rows(m, slot, np.array([[first, end]]), MOST) for m in masks)
        on_time = on_time if on_time.count[0] >= 5 else everything
        parts = [waveform[c.index[0, : c.count[0]]] for c in (everything, on_time)]
        for name, expected in by_definition(*parts).items():
            np.testing.assert_allclose(
                found[name][row], expected, rtol=1e-5, atol=1e-6, err_msg=f"{name} of {first}:{end}"
            )
            assert found[name].dtype == np.float32


def test_a_span_that_nobody_can_read_is_flat_and_finite():
    waveform = np.full((10, 96, 2), np.nan, np.float32)
    nothing = choose_rows(np.zeros(10, bool), np.arange(10), np.array([[0, 10]]), MOST)
    found = summarise_spans(waveform, nothing, nothing, WINDOW)
    assert not found["recent_p"].any()
    assert (found["amplitude"] == 1).all()
    assert all(np.isfinite(value).all() for value in found.values())


def test_no_span_has_no_summary():
    waveform, spans = np.zeros((0, 96, 2), np.float32), np.zeros((0, 2), np.intp)
    nothing = choose_rows(np.zeros(0, bool), np.zeros(0, np.intp), spans, MOST)
    found = summarise_spans(waveform, nothing, nothing, WINDOW)
    assert found["template"].shape == (0, 96, 2)

"""Synthetic beats: what each kind changes, what it leaves, and which beat it was made from."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config, synthesis_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.morphology import _qrs_width
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S
from ecg_anomaly.features.synthesis.synthetic_anomalies import make_anomalies
from ecg_anomaly.features.synthesis.synthetic_rhythms import SyntheticBeats, make_rhythms
from equal_fields import assert_equal

WINDOW = BeatWindow.from_config(preprocess_config())


def anomalies(normal: BeatsInContext, seed: int = 0, **changes) -> SyntheticBeats:
    config = replace(synthesis_config(), **{"sustained": 0.0, **changes})
    return make_anomalies(normal, config, WINDOW, np.random.default_rng(seed))


def only(kind: str) -> dict[str, float]:
    names = {"S": "supraventricular", "V": "ventricular", "F": "fusion"}
    return {name: float(k == kind) for k, name in names.items()}


@pytest.mark.parametrize("kind", "SVF")
def test_each_beat_gives_one_anomaly_of_the_wanted_kind_with_its_own_past(split, kind):
    synthetic = anomalies(split.normal, run=0.0, **only(kind))
    assert set(synthetic.aami) == {kind}
    np.testing.assert_array_equal(synthetic.origin, np.arange(len(split.normal)))
    assert_equal(synthetic.beats.history, split.normal.history)
    np.testing.assert_array_equal(synthetic.beats.rhythm.mean_s, split.normal.rhythm.mean_s)
    assert np.isfinite(synthetic.beats.waveform).all()
    assert synthetic.beats.waveform.dtype == np.float32


def test_kinds_come_in_their_shares(split):
    found = anomalies(split.normal, supraventricular=1.0, ventricular=0.5, fusion=0.5).aami
    for kind, share in (("S", 0.5), ("V", 0.25), ("F", 0.25)):
        assert (found == kind).mean() == pytest.approx(share, abs=0.07), kind


def test_supraventricular_beats_come_earlier_and_keep_the_qrs_complex_up_to_a_gain(split, time_s):
    synthetic = anomalies(split.normal, **only("S"))
    before, after = split.normal.intervals.previous_s, synthetic.beats.intervals.previous_s
    assert (after < before)[before > RR_LIMITS_S[0]].all()
    kept = time_s >= -0.05
    was, now = (b.waveform[:, kept].astype(float) for b in (split.normal, synthetic.beats))
    gain = (was * now).sum(axis=(1, 2)) / (was**2).sum(axis=(1, 2))
    assert 0.849 < gain.min() < gain.max() < 1.101
    np.testing.assert_allclose(now, was * gain[:, None, None], atol=1e-5)
    changed = (synthetic.beats.waveform != split.normal.waveform)[:, ~kept].any(axis=(1, 2))
    assert changed.all()


def test_ventricular_beats_are_wider_and_never_later(split):
    synthetic = anomalies(split.normal, **only("V"))
    width, before = (_qrs_width(b.waveform, WINDOW) for b in (synthetic.beats, split.normal))
    assert ((width > before).mean(axis=0) > 0.9).all()
    assert np.median(width / before) > 1.2
    assert (synthetic.beats.intervals.previous_s <= split.normal.intervals.previous_s).all()
    assert (
        synthetic.beats.intervals.previous_s < 0.9 * split.normal.intervals.previous_s
    ).mean() > 0.5


def test_fusion_beats_come_on_time_and_are_a_mixture(split, time_s):
    synthetic = anomalies(split.normal, **only("F"))
    late = np.log(synthetic.beats.intervals.previous_s / split.normal.intervals.previous_s)
    assert np.abs(late).max() < 0.13
    near = np.abs(time_s) < 0.05
    was, now = (b.waveform[:, near].astype(float) for b in (split.normal, synthetic.beats))
    assert (was != now).any(axis=(1, 2)).all()
    alike = (was * now).sum(axis=(1, 2)) / np.sqrt((was**2).sum((1, 2)) * (now**2).sum((1, 2)))
    whole = anomalies(split.normal, **only("V")).beats.waveform[:, near].astype(float)
    wide = (was * whole).sum(axis=(1, 2)) / np.sqrt((was**2).sum((1, 2)) * (whole**2).sum((1, 2)))
    assert np.median(alike) > np.median(wide) + 0.1
    before = time_s < -0.12
    np.testing.assert_array_equal(
        synthetic.beats.waveform[:, before], split.normal.waveform[:, before]
    )


def test_other_shapes_come_from_other_beats(split):
    normal = split.normal.select(np.arange(200))
    template = normal.history.template.copy()
    template[:100] *= 1.5
    changed = replace(normal, history=replace(normal.history, template=template))
    one, other = (anomalies(beats, run=0.0).beats.waveform for beats in (normal, changed))
    differs = (one[100:] != other[100:]).any(axis=(1, 2))
    # Of beats whose own past is as it was, those that borrow from the half that changed.
    assert 0.05 < differs.mean() < 0.5


def test_an_absent_lead_stays_absent(split):
    waveform, template = split.normal.waveform.copy(), split.normal.history.template.copy()
    waveform[::3, :, 1], template[::3, :, 1] = 0, 0
    history = replace(split.normal.history, template=template)
    synthetic = anomalies(replace(split.normal, waveform=waveform, history=history)).beats.waveform
    assert not synthetic[::3, :, 1].any()
    assert synthetic[::3, :, 0].any(axis=1).all()
    assert synthetic[1::3, :, 1].any(axis=1).mean() > 0.8


def test_in_a_long_run_the_recent_beat_is_the_premature_one(split):
    synthetic = anomalies(split.normal, run=1.0, long_run=1.0, **only("S")).beats
    early = synthetic.intervals.previous_s < 0.95 * synthetic.rhythm.mean_s
    assert early.mean() > 0.5
    around, _ = around_p_wave(WINDOW)
    np.testing.assert_array_equal(
        synthetic.history.recent_p[early], synthetic.waveform[early][:, around]
    )
    recent = split.normal.history.recent_p
    np.testing.assert_array_equal(synthetic.history.recent_p[~early], recent[~early])
    np.testing.assert_array_equal(synthetic.history.template, split.normal.history.template)


def test_in_a_sustained_tachycardia_only_the_last_hour_was_otherwise(split):
    changes = {"run": 0.0, **only("S")}
    one, other = (anomalies(split.normal, sustained=s, **changes).beats for s in (0.0, 1.0))
    np.testing.assert_array_equal(one.waveform, other.waveform)
    assert_equal(other.hour, split.normal.hour)
    # The beat differs from its template as the normal beat did from the template before.
    now, before = (b.waveform - b.history.template for b in (other, split.normal))
    np.testing.assert_allclose(now, before, atol=1e-5)
    rhythm, rr = other.rhythm, other.intervals.previous_s
    np.testing.assert_array_equal(rhythm.hour_mean_s, split.normal.rhythm.hour_mean_s)
    assert (np.log(rr / rhythm.hour_mean_s) < 0)[rr > RR_LIMITS_S[0]].all()
    assert np.abs(np.log(rr / rhythm.mean_s)).mean() < 0.1


def test_fusion_beats_join_no_run_however_many_runs_there_are(split):
    one, other = (anomalies(split.normal, run=r, **only("F")) for r in (0.0, 1.0))
    assert_equal(one.beats, other.beats)


@pytest.mark.parametrize("make", [anomalies, lambda n, s=0: rhythms(n, s)], ids=["S", "N"])
def test_chance_comes_from_the_generator_alone_and_nothing_given_is_changed(split, make):
    normal = split.normal
    kept = normal.waveform.copy(), normal.history.recent_p.copy(), normal.intervals.next_s.copy()
    one, same, other = make(normal), make(normal), make(normal, 1)
    assert_equal(one, same)
    assert not np.array_equal(one.beats.intervals.next_s[:50], other.beats.intervals.next_s[:50])
    for value, was in zip(
        (normal.waveform, normal.history.recent_p, normal.intervals.next_s), kept, strict=True
    ):
        np.testing.assert_array_equal(value, was)


def rhythms(normal: BeatsInContext, seed: int = 0, **changes) -> SyntheticBeats:
    config = replace(
        synthesis_config(), **{"rate_change": 0.5, "pause": 0.25, "sustained": 0.0, **changes}
    )
    return make_rhythms(normal, config, np.random.default_rng(seed))

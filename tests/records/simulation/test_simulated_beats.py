"""Events: who resets the sinus node, who does not, and how long the pauses are."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.records.simulation.beat_table import BeatBuilder, BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import draw_sinus_series
from ecg_anomaly.records.simulation.patients import (
    BLOCK_FORM,
    FIRST_FOCUS,
    FIRST_FUSION,
    Patient,
    draw_patient,
)
from ecg_anomaly.records.simulation.simulated_beats import KINDS, draw_beats

QUIET = dict.fromkeys(KINDS, 0.0)


def make_patient(rr: float = 0.9, *, steady: bool = True, **ectopy: float) -> Patient:
    patient = draw_patient(0, np.random.default_rng(5))
    changes = {**QUIET, "bigeminy": 0.0, "couplet": 0.0, "run": 0.0, **ectopy}
    sinus = replace(patient.sinus, mean_rr_s=rr)
    if steady:
        sinus = replace(sinus, lf_sd=0.0, hf_sd=0.0, slow_sd=0.0)
    return replace(patient, sinus=sinus, ectopy=replace(patient.ectopy, **changes))


def make_beats(patient: Patient, duration_s: float = 600.0, seed: int = 1) -> BeatTable:
    rng = np.random.default_rng(seed)
    sinus = draw_sinus_series(patient.sinus, -5.0, duration_s, rng)
    return draw_beats(patient, sinus, duration_s, rng)


def around(beats: BeatTable, symbol: str) -> tuple[np.ndarray, np.ndarray]:
    """RR before and after each beat of this symbol that stands between two sinus beats."""
    at = np.flatnonzero(beats.symbol == symbol)
    at = at[(at > 0) & (at < len(beats.symbol) - 1)]
    alone = (beats.symbol[at - 1] == "N") & (beats.symbol[at + 1] == "N")
    at = at[alone]
    assert len(at) >= 15
    time = beats.time_s
    return time[at] - time[at - 1], time[at + 1] - time[at]


def test_in_fibrillation_beats_are_normal_without_p_wave_at_no_regular_interval():
    beats = make_beats(replace(make_patient(0.8, atrial=0.2), fibrillation=1.0))
    assert set(beats.symbol) == {"N"}
    assert np.isnan(beats.p_time_s).all()
    rr = np.diff(beats.time_s)
    assert np.log(rr).std() > 0.12
    assert rr.min() >= 0.35 - 1e-9


def test_in_a_spell_of_block_beats_are_conducted_the_other_way_and_on_time():
    patient = replace(make_patient(0.8), block=0.4)
    beats = make_beats(patient)
    blocked = beats.form == BLOCK_FORM
    assert 0.1 < blocked.mean() < 0.8
    assert set(beats.symbol[blocked]) == {patient.block_symbol} != {"N"}
    assert set(beats.symbol[~blocked]) == {"N"}
    np.testing.assert_allclose(np.diff(beats.time_s), 0.8)
    assert np.count_nonzero(np.diff(blocked.astype(int))) < 60  # spells, not single beats


def test_a_tachycardia_is_a_long_steady_run_of_atrial_beats():
    beats = make_beats(make_patient(0.9, tachycardia=0.01))
    edges = np.flatnonzero(np.diff(np.r_[False, beats.symbol == "A", False].astype(int)))
    lengths = edges[1::2] - edges[::2]
    assert len(lengths) >= 2
    assert lengths.min() >= 15
    first, last = edges[0] + 1, edges[1] - 1
    rr = np.diff(beats.time_s[first : last + 1])
    assert 0.45 <= rr.mean() <= 0.65
    assert rr.std() < 0.02


def test_without_events_there_are_only_sinus_beats_at_the_sinus_interval():
    beats = make_beats(make_patient(0.8))
    assert set(beats.symbol) == {"N"}
    np.testing.assert_allclose(np.diff(beats.time_s), 0.8)


def test_a_ventricular_beat_is_premature_and_its_pause_compensates_in_full():
    before, after = around(make_beats(make_patient(0.9, ventricular=0.1)), "V")
    assert before.max() < 0.9 * 0.93
    np.testing.assert_allclose(before + after, 1.8)


def test_the_pause_compensates_on_a_varying_rhythm_too():
    patient = make_patient(0.9, steady=False, ventricular=0.1)
    before, after = around(make_beats(patient), "V")
    assert abs(np.mean(before + after) - 1.8) < 0.1
    assert np.std(before + after) < 0.35


def test_an_atrial_beat_resets_the_sinus_node():
    before, after = around(make_beats(make_patient(0.9, atrial=0.1)), "A")
    early = 1 - before / 0.9
    assert early.min() >= 0.03 - 1e-9
    assert early.max() <= 0.35 + 1e-9
    assert after.min() >= 0.9 - 1e-9
    assert (before + after).max() < 1.8
    assert after.max() <= 0.9 * 1.15


def test_a_fusion_beat_comes_about_when_the_sinus_beat_was_due():
    before, after = around(make_beats(make_patient(0.9, fusion=0.1)), "F")
    assert before.min() > 0.9 * 0.92
    assert before.max() < 0.9
    np.testing.assert_allclose(before + after, 1.8)


@pytest.mark.parametrize(("kind", "symbol"), [("junctional", "j"), ("escape", "E")])
@pytest.mark.parametrize("rr", [0.6, 0.9, 1.2])
def test_an_escape_beat_ends_a_pause(kind, symbol, rr):
    before, _ = around(make_beats(make_patient(rr, **{kind: 0.1})), symbol)
    assert before.min() > 1.2 * rr
    assert before.max() < 2.5


def test_wide_beats_have_their_own_form_and_no_p_of_their_own():
    beats = make_beats(make_patient(ventricular=0.05, escape=0.05, junctional=0.05, fusion=0.05))
    form = {s: set(beats.form[beats.symbol == s]) for s in "NVEjF"}
    assert form["N"] == form["j"]
    assert form["V"] == {FIRST_FOCUS}
    assert form["F"] <= set(range(FIRST_FUSION, FIRST_FOCUS))
    assert form["E"].isdisjoint(form["N"] | form["V"] | form["F"])
    before_r = beats.p_time_s < beats.time_s - 0.1
    assert not before_r[np.isin(beats.symbol, ["j", "E"])].any()
    assert before_r[beats.symbol == "N"].all()
    # The P wave in a ventricular beat is that of the blocked sinus beat: on time, not early.
    v = np.flatnonzero(beats.symbol == "V")[0]
    pr = beats.time_s[v - 1] - beats.p_time_s[v - 1]
    assert beats.p_time_s[v] == pytest.approx(beats.time_s[v - 1] + 0.9 - pr)


def test_bigeminy_alternates():
    beats = make_beats(make_patient(ventricular=0.02, bigeminy=0.9))
    assert "VNVNVNV" in "".join(beats.symbol)


@pytest.mark.parametrize("kind", ["atrial", "ventricular"])
def test_couplets_and_runs_appear_when_asked_for(kind):
    symbol = kind[0].upper()
    couplets = "".join(make_beats(make_patient(**{kind: 0.05, "couplet": 1.0})).symbol)
    assert f"N{symbol * 2}N" in couplets
    assert symbol * 3 not in couplets
    runs = "".join(make_beats(make_patient(**{kind: 0.05, "run": 1.0})).symbol)
    assert symbol * 4 in runs
    assert symbol * 7 not in runs


@pytest.mark.parametrize("rr", [0.6, 1.2])
def test_no_interval_is_shorter_than_a_quarter_of_a_second(rr):
    rates = dict.fromkeys(KINDS, 0.1)
    patient = make_patient(rr, steady=False, **rates, couplet=0.3, run=0.3, bigeminy=0.5)
    patient = replace(patient, sinus=replace(patient.sinus, hf_sd=0.15))
    assert np.diff(make_beats(patient, 1800.0).time_s).min() >= 0.25


def test_a_builder_without_beats_gives_an_empty_table():
    builder = BeatBuilder()
    assert builder.last_time_s == -np.inf
    assert builder.build().time_s.shape == builder.build().symbol.shape == (0,)
    builder.add(1.5, "V", 4)
    assert builder.last_time_s == 1.5
    table = builder.build()
    assert (table.symbol.tolist(), table.form.tolist()) == (["V"], [4])
    assert np.isnan(table.p_time_s).all()

"""The default cohort: every class of beat, about one beat in fifteen abnormal, unevenly spread."""

from collections import Counter

import numpy as np
import pytest

from default_config import simulation_config
from ecg_anomaly.records.simulation.patient_profiles import find_profile
from ecg_anomaly.records.simulation.patient_rhythm import draw_sinus_series
from ecg_anomaly.records.simulation.patients import (
    CONDUCTED_FORM,
    ECTOPIC_P,
    FIRST_FOCUS,
    SINUS_P,
    draw_patient,
)
from ecg_anomaly.records.simulation.simulated_beats import draw_beats
from ecg_anomaly.records.simulation.simulated_records import LEAD_OUT_S

ABNORMAL = set("AVFjE")


def count_beats(seed: int, n_subjects: int) -> list[Counter[str]]:
    stop_s = simulation_config().duration_s + LEAD_OUT_S
    counts = []
    for index in range(n_subjects):
        patient = draw_patient(index, np.random.default_rng([seed, index, 0]))
        rng = np.random.default_rng([seed, index, 1])
        sinus = draw_sinus_series(patient.sinus, -8.0, stop_s, rng)
        counts.append(Counter(draw_beats(patient, sinus, stop_s, rng).symbol.tolist()))
    return counts


def share(count: Counter[str]) -> float:
    return sum(count[s] for s in ABNORMAL) / count.total()


@pytest.mark.parametrize(("seed", "n_subjects"), [(2003, 36), (2003, 24), (7, 36)])
def test_all_classes_are_there_and_six_to_ten_percent_are_abnormal(seed, n_subjects):
    total = sum(count_beats(seed, n_subjects), Counter[str]())
    assert set(total) == set("NLRAVFjE")
    assert min(total.values()) >= 5
    assert 0.06 <= share(total) <= 0.10


def test_burden_differs_between_subjects():
    shares = np.array([share(c) for c in count_beats(2003, 36)])
    assert (shares < 0.025).sum() >= 12
    assert (shares > 0.05).sum() >= 8
    assert shares.max() < 0.4


def test_a_subject_has_one_kind_of_sinus_beat_but_in_an_intermittent_block():
    n_blocked = 0
    for index, count in enumerate(count_beats(2003, 36)):
        profile, bundle = find_profile(index)
        kinds = set(count) - ABNORMAL
        assert bundle in kinds or profile.block
        assert len(kinds) <= 1 + (profile.block > 0)
        n_blocked += len(kinds) > 1
    assert n_blocked >= 2


def test_patients_of_one_profile_differ():
    one, other = (draw_patient(i, np.random.default_rng([1, i])) for i in (2, 14))
    assert one.sinus.mean_rr_s != other.sinus.mean_rr_s
    assert not np.allclose(one.forms[-1].amplitude_mv, other.forms[-1].amplitude_mv)
    assert one.ectopy.coupling != other.ectopy.coupling


def test_some_recordings_are_noisy_and_some_are_clean():
    motion = np.array(
        [draw_patient(i, np.random.default_rng([2003, i, 0])).noise.motion_mv for i in range(36)]
    )
    assert 4 <= (motion > 0.5).sum() <= 12
    assert (motion <= 0.2).sum() >= 8


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.corrcoef(one, other)[0, 1])


@pytest.mark.parametrize("index", [2, 4, 7, 11])
def test_in_a_difficult_cohort_ectopic_beats_are_more_like_those_of_the_sinus_node(index):
    easy, hard = (
        draw_patient(index, np.random.default_rng([3, index]), difficult)
        for difficult in (False, True)
    )
    time_s = np.arange(-0.1, 0.1, 0.002)
    for at in range(FIRST_FOCUS, len(easy.forms)):
        found = [
            likeness(
                p.forms[at].depolarisation(0, time_s),
                p.forms[CONDUCTED_FORM].depolarisation(0, time_s),
            )
            for p in (easy, hard)
        ]
        assert found[0] < found[1] < 0.99
    sinus, ectopic = (easy.p_waves[k].depolarisation(0, time_s) for k in (SINUS_P, ECTOPIC_P))
    np.testing.assert_allclose(
        hard.p_waves[ECTOPIC_P].depolarisation(0, time_s), 0.8 * sinus + 0.2 * ectopic, atol=1e-12
    )
    for at in range(FIRST_FOCUS):
        np.testing.assert_array_equal(easy.forms[at].offset_s, hard.forms[at].offset_s)

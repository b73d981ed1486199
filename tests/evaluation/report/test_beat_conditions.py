"""Conditions of beats: lead and rates of their record, heart rate around them, noise."""

import numpy as np
import pytest
from scored_beats import make_scores

from default_config import preprocess_config, simulation_config
from ecg_anomaly.evaluation.report.beat_conditions import (
    MOST_NAMES,
    NO_GROUP,
    OTHERS,
    group_beats,
    measure_beat_quality,
    measure_rate,
)
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records

LEADS = [["MLII", "II"], ["V1"]]
CONFIG = preprocess_config()


def record_of(name: str, leads: tuple[str, ...], fs: float, n: int = 40) -> Record:
    """A record with a spike each second."""
    signal = np.zeros((round(fs * n), len(leads)), np.float32)
    signal[:: round(fs)] = 1.0
    return Record(name, name, signal, fs, leads, None)


def scores_of(records: list[Record], seconds: float = 1.0) -> BeatScores:
    """Beats at the spikes of the records, without the first and the last one."""
    names, samples = [], []
    for record in records:
        place = np.arange(record.fs * seconds, len(record.signal) - record.fs, record.fs * seconds)
        names += [record.name] * len(place)
        samples.append(place.astype(np.int64))
    scores = make_scores("N" * len(names), [0.0] * len(names), names)
    scores.sample[:] = np.concatenate(samples)
    return scores


def said(groups, by: str) -> list[str]:
    number, names = groups[by]
    return [names[i] if i != NO_GROUP else "" for i in number]


def test_each_beat_has_the_lead_that_it_is_read_on_and_the_rate_of_its_record():
    records = [record_of("a", ("V5", "II"), 250.0), record_of("b", ("V1", "V5"), 128.0)]
    scores = scores_of(records)
    groups = group_beats(scores, records, LEADS, CONFIG)
    of_a = scores.record == "a"
    assert {*np.array(said(groups, "lead"))[of_a]} == {"II"}
    assert {*np.array(said(groups, "sampling rate"))[~of_a]} == {"128 Hz"}
    assert {*said(groups, "heart rate")} == {"60 to 100 /min"}


def test_rare_leads_are_one_group():
    records = [record_of(f"r{i}", (f"X{i}",), 100.0, 10 + i) for i in range(MOST_NAMES + 2)]
    number, names = group_beats(scores_of(records), records, LEADS, CONFIG)["lead"]
    assert len(names) == MOST_NAMES + 1
    assert names[-1] == OTHERS
    assert int((number == MOST_NAMES).sum()) == 8 + 9  # of the two shortest records
    assert (number != NO_GROUP).all()


def test_the_heart_rate_is_that_around_a_beat_and_a_missed_beat_does_not_change_it():
    time_s = np.cumsum(np.r_[np.full(30, 1.0), np.full(30, 0.5)])
    rate = measure_rate(time_s)
    assert rate[5] == 60.0
    assert rate[-5] == pytest.approx(120.0)
    assert measure_rate(np.delete(time_s, 10))[9] == 60.0
    assert np.isnan(measure_rate(np.array([1.0]))).all()
    assert len(measure_rate(np.zeros(0))) == 0


def test_noise_lowers_the_quality_of_annotated_beats_too():
    (record,) = simulate_records(
        simulation_config(n_subjects=1, duration_s=60.0, seed=2, difficult=False)
    )
    assert record.annotations is not None
    sample = record.annotations.sample
    clean = measure_beat_quality(record, 0, sample, CONFIG)
    noise = np.random.default_rng(0).normal(0, 0.3, record.signal.shape)
    noisy = Record(
        record.name, record.subject, (record.signal + noise).astype(np.float32), record.fs,
        record.leads, record.annotations,
    )  # fmt: skip
    assert np.median(measure_beat_quality(noisy, 0, sample, CONFIG)) < np.median(clean) - 0.1


def test_beats_cut_out_beforehand_have_neither_heart_rate_nor_noise():
    record = Record("a", "a", np.zeros((140, 1), np.float32), 125.0, ("ECG",), None, 14)
    scores = make_scores("N" * 10, [0.0] * 10, ["a"] * 10)
    groups = group_beats(scores, [record], LEADS, CONFIG)
    assert said(groups, "lead") == ["ECG"] * 10
    assert said(groups, "quality") == said(groups, "heart rate") == [""] * 10

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab.robustness.noise_stress import (
    CLEAN,
    SNR_DB,
    NoiseCondition,
    draw_stress,
    evaluate_stress,
    score_record,
    stress_record,
)
from lab.robustness.recording_metrics import evaluate_recordings
from lab.robustness.robustness_tables import tabulate_stress


@pytest.fixture(scope="module")
def rows(detector, long_record):
    noise = np.random.default_rng(3).normal(0, 1, long_record.signal.shape)
    scored = dict(stress_record(long_record, {"ma": noise}, detector))
    return [
        evaluate_stress(condition, [one], detector.threshold) for condition, one in scored.items()
    ]


def test_there_is_a_row_without_noise_and_one_for_each_ratio(rows):
    assert [row.condition.noise for row in rows] == [CLEAN, *["ma"] * len(SNR_DB)]
    assert [row.condition.snr_db for row in rows[1:]] == list(SNR_DB)
    table = tabulate_stress(rows).splitlines()
    assert len(table) == 2 + len(rows)
    assert {line.count("|") for line in table} == {table[0].count("|")}
    assert "nan" not in "".join(table)


def test_noise_costs_most_where_it_is_strongest(rows):
    clean, strongest = rows[0], rows[-1]
    assert clean.noisy.lost < 0.02
    assert strongest.noisy.lost > 0.1
    assert strongest.noisy.n_beats == clean.noisy.n_beats
    assert strongest.noisy.lost > strongest.scored.lost > clean.scored.lost


def test_only_the_noisy_minutes_and_what_follows_are_evaluated(detector, long_record):
    one = score_record(long_record, detector)
    assert one.spans == [(300.0, 420.0)]
    row = evaluate_stress(NoiseCondition(CLEAN, math.inf), [one], detector.threshold)
    everything = replace(one, spans=[(300.0, long_record.duration_s)])
    assert repr(row.noisy) == repr(evaluate_recordings([one], detector.threshold))  # NaN is not NaN
    assert repr(row.scored) == repr(evaluate_recordings([everything], detector.threshold))
    assert row.scored.n_beats > row.noisy.n_beats


def test_two_records_without_noise_are_one_condition(detector, record):
    scored = [*stress_record(record, {}, detector), *stress_record(record, {}, detector)]
    assert {condition for condition, _ in scored} == {NoiseCondition(CLEAN, math.inf)}


def test_the_plot_is_the_same_twice_and_is_a_png(rows, tmp_path: Path):
    noisy = replace(rows[-1], condition=NoiseCondition("em", 0.0))
    for name in ("one.png", "two.png"):
        draw_stress([*rows, noisy], tmp_path / name)
    one = (tmp_path / "one.png").read_bytes()
    assert one == (tmp_path / "two.png").read_bytes()
    assert one.startswith(b"\x89PNG")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.png", "two.png"]

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.network.beat_scores import BeatScores
from lab.benchmark.worst_beats import (
    AFTER_S,
    BEFORE_S,
    choose_false_alarms,
    choose_misses,
    look_at_beats,
)
from lab.benchmark.worst_sheet import draw_sheet, say_time, tabulate

CONFIG = PipelineConfig()


@pytest.fixture(scope="module")
def scored(simulated_records):
    """Three records and made-up scores of their beats."""
    records = list(simulated_records[:3])
    beats = [cut_beats(record, CONFIG.dataset, CONFIG.preprocess)[0] for record in records]
    names = ("record", "subject", "aami", "symbol", "sample")
    columns = {name: np.concatenate([getattr(b, name) for b in beats]) for name in names}
    score = np.random.default_rng(0).normal(size=len(columns["record"]))
    return records, BeatScores(score=score, **columns)


def test_misses_are_abnormal_beats_that_were_not_flagged_the_lowest_first(scored):
    _, scores = scored
    rows = choose_misses(scores, 0.5, 8)
    assert 0 < len(rows) <= 8
    assert scores.anomalous[rows].all()
    assert (scores.score[rows] <= 0.5).all()
    assert (np.diff(scores.score[rows]) >= 0).all()
    assert np.unique(scores.record[rows], return_counts=True)[1].max() <= 2


def test_false_alarms_are_normal_beats_that_were_flagged_the_highest_first(scored):
    _, scores = scored
    rows = choose_false_alarms(scores, 0.5, 8)
    assert len(rows) == 6  # two of each record
    assert (scores.aami[rows] == "N").all()
    assert (np.diff(scores.score[rows]) <= 0).all()
    best = scores.score[(scores.aami == "N")].max()
    assert scores.score[rows[0]] == best > 0.5


def test_where_all_is_right_there_is_nothing_to_see(scored):
    _, scores = scored
    perfect = replace(scores, score=np.where(scores.anomalous, 1.0, -1.0))
    assert len(choose_misses(perfect, 0.0, 8)) == len(choose_false_alarms(perfect, 0.0, 8)) == 0
    assert look_at_beats(perfect, np.zeros(0, np.intp), [], CONFIG) == []


def test_a_beat_is_cut_out_where_it_stands(scored):
    records, scores = scored
    rows = np.concatenate([choose_false_alarms(scores, 0.0, 8)[::-1], [0]])
    beats = look_at_beats(scores, rows, records, CONFIG)
    assert [beat.record for beat in beats] == scores.record[rows].tolist()
    for beat, row in zip(beats, rows, strict=True):
        record = next(r for r in records if r.name == beat.record)
        middle = round(BEFORE_S * beat.fs)
        sample = int(scores.sample[row])
        np.testing.assert_array_equal(beat.signal[middle], record.signal[sample])
        assert len(beat.signal) == middle + round(AFTER_S * beat.fs)
        assert (0.0, beat.symbol) in beat.neighbours
        assert beat.reasons
    assert np.isnan(beats[-1].signal[0]).all()  # before the recording


def test_a_sheet_draws_every_beat_and_the_table_names_them(scored, tmp_path):
    records, scores = scored
    rows = np.concatenate([choose_misses(scores, 9.0, 8), [0]])
    beats = look_at_beats(scores, rows, records, CONFIG)
    odd = replace(beats[0], leads=("$x", "_y"), record="a|b$")
    figure = draw_sheet([*beats, odd], "all of them")
    assert sum(axes.get_visible() for axes in figure.axes) == len(beats) + 1
    figure.savefig(tmp_path / "sheet.png")
    with Image.open(tmp_path / "sheet.png") as drawn:
        assert drawn.size[0] > 500
    table = tabulate([*beats, odd]).splitlines()
    assert len(table) == len(beats) + 3
    assert all(line.replace("\\|", "").count("|") == 8 for line in table[2:])
    assert tabulate([]).count("\n") == 1


@pytest.mark.parametrize(
    ("time_s", "said"), [(0, "00:00.0"), (59.96, "01:00.0"), (754.5, "12:34.5")]
)
def test_moments_are_said_in_minutes_and_seconds(time_s: float, said: str):
    assert say_time(time_s) == said

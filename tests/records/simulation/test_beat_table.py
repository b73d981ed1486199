"""The table of beats: filled in order, and how long repolarisation takes in it."""

from dataclasses import replace

import numpy as np

from ecg_anomaly.records.simulation.beat_table import BeatBuilder, BeatTable


def test_beats_are_collected_in_order_and_none_are_a_table_too():
    builder = BeatBuilder()
    assert builder.last_time_s == -np.inf
    assert builder.build().time_s.shape == (0,)
    builder.add(0.5, "N", 0, p_time_s=0.3)
    builder.add(1.0, "V", 6)
    assert builder.last_time_s == 1.0
    table = builder.build()
    assert table.symbol.tolist() == ["N", "V"]
    assert table.form.tolist() == [0, 6]
    np.testing.assert_array_equal(table.p_time_s, [0.3, np.nan])


def steady_beats(rr: float, n: int = 900) -> BeatTable:
    place = np.zeros(n, dtype=np.int64)
    time_s = rr * np.arange(n)
    return BeatTable(time_s, np.full(n, "N"), place, time_s - 0.16, place)


def test_qt_follows_the_recent_rr_and_not_one_pause():
    beats = steady_beats(0.64)
    np.testing.assert_allclose(beats.repolarisation_scale, 0.8)
    paused = replace(
        beats, time_s=beats.time_s + np.where(np.arange(len(beats.form)) > 50, 0.64, 0)
    )
    assert paused.repolarisation_scale[51] < 0.8 * np.sqrt(1.4)
    assert paused.repolarisation_scale[51] > 0.8


def test_qt_of_one_beat_or_none_is_defined():
    beats = steady_beats(0.9)
    for n in (0, 1):
        few = BeatTable(*(getattr(beats, f)[:n] for f in beats.__dataclass_fields__))
        assert few.repolarisation_scale.shape == (n,)
        assert np.isfinite(few.repolarisation_scale).all()

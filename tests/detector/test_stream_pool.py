"""Streams of a pool are scored as if each were alone."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.stream_pool import StreamPool
from ecg_anomaly.files.errors import UserError
from toy_detector import toy_records


@pytest.fixture(scope="module")
def quick(detector):
    features = replace(detector.features, history_s=12.0, history_update_s=2.0)
    return replace(detector, features=features)


def assert_equal(one: BeatDecisions, other: BeatDecisions) -> None:
    for field in fields(BeatDecisions):
        pair = getattr(one, field.name), getattr(other, field.name)
        np.testing.assert_array_equal(*pair, err_msg=field.name)


def test_a_tick_of_many_streams_gives_what_score_gives_to_each(quick):
    records = dict(zip("abcd", toy_records(), strict=True))
    records["c"] = replace(records["c"], leads=("V1", "V5"))
    records["d"] = replace(records["d"], signal=records["d"].signal[:, :1], leads=("MLII",))
    pool, parts = StreamPool(quick), {name: [] for name in records}
    for name, record in records.items():
        pool.open(name, record.fs, record.leads)
    for start in range(0, 60 * 360, 300):
        tick = pool.push({n: r.signal[start : start + 300] for n, r in records.items()})
        assert not tick.refused
        for name, found in tick.decisions.items():
            parts[name].append(found)
    for name, record in records.items():
        found = concatenate_decisions([*parts[name], pool.close(name)])
        assert len(found) > 40
        assert_equal(found, score_recording(quick, record))
    assert len(pool) == 0


def test_samples_that_are_refused_do_not_hold_up_the_others(quick, record):
    pool = StreamPool(quick)
    for name in "ab":
        pool.open(name, record.fs, record.leads)
    tick = pool.push({"a": np.zeros((5, 7)), "b": record.signal})
    assert list(tick.decisions) == ["b"]
    assert "column for each lead" in str(tick.refused["a"])
    assert (pool["a"].n_samples, pool["b"].n_samples) == (0, len(record.signal))


def test_a_name_is_taken_once_and_known(quick, record):
    pool = StreamPool(quick)
    pool.open("a", record.fs, record.leads)
    with pytest.raises(UserError, match="a: a stream of this name is open"):
        pool.open("a", record.fs, record.leads)
    with pytest.raises(KeyError):
        pool.push({"a": record.signal, "b": record.signal})
    assert pool["a"].n_samples == 0
    with pytest.raises(KeyError):
        pool.close("b")


def test_a_stream_moves_from_one_pool_to_another(quick, record):
    first, second = StreamPool(quick), StreamPool(quick)
    half = len(record.signal) // 2
    first.open("a", record.fs, record.leads)
    found = [first.push({"a": record.signal[:half]}).decisions["a"]]
    second.open("a", record.fs, record.leads, snapshot=first["a"].snapshot())
    found += [second.push({"a": record.signal[half:]}).decisions["a"], second.close("a")]
    assert_equal(concatenate_decisions(found), score_recording(quick, record))
    with pytest.raises(UserError, match="not a readable snapshot"):
        second.open("b", record.fs, record.leads, snapshot=b"x")
    assert list(second) == []

"""What differs between two tables of decisions is found, and said."""

from dataclasses import replace

import numpy as np
import pytest
import wfdb

from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from lab.live import stream_equality
from lab.live.stream_equality import compare_decisions, compare_folder, stream_together
from toy_detector import toy_records


@pytest.fixture(scope="module")
def detector(folder):
    return load_detector(folder)


@pytest.fixture(scope="module")
def decided(detector):
    return score_recording(detector, toy_records()[0], 1)


def test_equal_tables_do_not_differ(decided):
    found = compare_decisions(decided, decided)
    assert found.equal
    assert (found.beats, found.score) == (len(decided), 0)


@pytest.mark.parametrize(
    ("column", "change", "names"),
    [("quality", 0.5, ("quality",)), ("reason", "x", ("reason",)), ("rr_s", 9.0, ("rr_s",))],
)
def test_a_column_that_differs_is_named(decided, column, change, names):
    values = getattr(decided, column).copy()
    values[3] = change
    found = compare_decisions(decided, replace(decided, **{column: values}))
    assert not found.equal
    assert found.columns == names


@pytest.mark.parametrize(("by", "equal"), [(1e-7, True), (1e-5, False), (np.nan, False)])
def test_scores_may_differ_by_a_millionth(decided, by, equal):
    score = decided.score.copy()
    score[np.flatnonzero(np.isfinite(score))[0]] += by
    assert compare_decisions(decided, replace(decided, score=score)).equal is equal


def test_a_beat_that_one_alone_has_is_counted(decided):
    sample = decided.sample.copy()
    sample[3] += 1
    assert compare_decisions(decided, replace(decided, sample=sample)).others == 2


def test_a_folder_is_compared_record_by_record(detector, tmp_path, capsys, monkeypatch):
    for record in toy_records()[:2]:
        wfdb.wrsamp(
            record.name, fs=record.fs, units=["mV"] * 2, sig_name=list(record.leads),
            p_signal=record.signal[: 20 * 360].astype(float), fmt=["16"] * 2, write_dir=tmp_path,
        )  # fmt: skip
    assert not compare_folder(detector, tmp_path, [100, 10**5], first_s=15.0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 4 + 1
    assert lines[-1] == "nothing differs"

    def with_other_reasons(*arguments):
        found = stream_together(*arguments)
        return [replace(d, reason=np.full(len(d), "other", object)) for d in found]

    monkeypatch.setattr(stream_equality, "stream_together", with_other_reasons)
    assert compare_folder(detector, tmp_path, [100], ["s01"])
    assert "reason" in capsys.readouterr().out

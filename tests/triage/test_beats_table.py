import io
import time

import numpy as np
import pandas as pd
from made_decisions import make_decisions

from ecg_anomaly.triage import beats_table
from ecg_anomaly.triage.beats_table import COLUMNS, format_beats


def table(decisions) -> str:
    return ",".join(COLUMNS) + "\n" + "".join(format_beats(decisions))


def read(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def test_every_beat_can_be_read_back():
    decisions = make_decisions(50)
    frame = read(table(decisions))
    assert frame["sample"].tolist() == decisions.sample.tolist()
    np.testing.assert_array_equal(frame["score"], decisions.score)
    np.testing.assert_allclose(frame["time_s"], decisions.time_s, atol=1e-4)
    np.testing.assert_allclose(frame["rr_s"], decisions.rr_s, atol=1e-4)
    assert frame["anomalous"].tolist() == decisions.anomalous.tolist()
    assert frame["readable"].tolist() == (decisions.unreadable == "").tolist()
    assert frame["reason"].fillna("").tolist()[:3] == ["", "premature by 0.2 s, wide", ""]
    assert frame["reason"].tolist()[-1] == "flat"


def test_quotes_and_commas_in_a_reason_stay_one_field():
    reason = np.array(['so "wide", and late', "a\nb", "plain", "", "", ""])
    frame = read(table(make_decisions(reason=reason)))
    assert frame["reason"].tolist()[:3] == reason.tolist()[:3]


def test_blocks_are_one_table(monkeypatch):
    whole = table(make_decisions(50))
    monkeypatch.setattr(beats_table, "BLOCK_ROWS", 7)
    assert table(make_decisions(50)) == whole


def test_no_beat_is_no_row():
    assert not "".join(format_beats(make_decisions(0)))


def test_a_day_is_written_in_well_below_a_second():
    decisions = make_decisions(100_000)
    times = []
    for _ in range(3):
        start = time.process_time()
        table(decisions)
        times.append(time.process_time() - start)
    assert min(times) < 0.6  # 0.15 s on a free core

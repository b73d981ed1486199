"""The table of beats can be read back, and is what the module csv would write."""

import csv
import io
import time

import numpy as np
import pandas as pd
from toy_decisions import make_decisions

from ecg_anomaly.triage.beat_rows import COLUMNS, HEAD, format_beats


def table(decisions) -> str:
    return HEAD + format_beats(decisions)


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


def test_the_module_csv_writes_the_same():
    texts = np.array(
        ["", "plain", "a, b", '"', 'so "wide"', "a\nb", " ", "µV; −2", ",,", "'x'"], object
    )
    decisions = make_decisions(len(texts), reason=texts, lead=texts[::-1], aami=np.roll(texts, 3))
    rows = list(csv.reader(io.StringIO(table(decisions), newline="")))
    assert [len(row) for row in rows] == [len(COLUMNS)] * (len(texts) + 1)
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows(rows)
    assert written.getvalue() == table(decisions)


def test_no_beat_is_no_row():
    assert format_beats(make_decisions(0)) == ""


def test_a_day_is_written_in_well_below_a_second():
    decisions = make_decisions(100_000)
    times = []
    for _ in range(3):
        start = time.process_time()
        table(decisions)
        times.append(time.process_time() - start)
    assert min(times) < 0.6  # 0.15 s on a free core

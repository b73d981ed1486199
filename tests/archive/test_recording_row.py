import json

import numpy as np
import pytest

from ecg_anomaly.archive.archive_schema import RECORDINGS
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import (
    beats_table,
    empty_row,
    failed_row,
    recordings_table,
    rows_frame,
    to_json_rows,
)
from ecg_anomaly.archive.recording_scoring import score_entry
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import open_record


@pytest.fixture(scope="module")
def scored(chosen, sound):
    row, _ = score_entry(ManifestRow(str(sound / "s01"), "p1"), chosen, None)
    return row


def test_a_row_has_every_column_and_comes_back_as_it_was(scored):
    assert list(scored) == RECORDINGS.names
    (back,) = to_json_rows(recordings_table([scored]))
    assert back == {**scored, "scored_at": back["scored_at"]}


def test_rows_are_in_the_order_of_their_addresses(scored):
    rows = [{**scored, "uri": uri} for uri in "bca"]
    assert recordings_table(rows).column("uri").to_pylist() == ["a", "b", "c"]


def test_a_failure_says_why_and_leaves_the_rest_null():
    row = failed_row(empty_row(ManifestRow("a"), "d"), UserError("a", "is bad", "mend it"), "bad")
    assert row["reason"] == "a: is bad; mend it"
    assert row["verdict"] is None
    assert recordings_table([row]).num_rows == 1


def test_a_frame_holds_plain_values_in_the_order_given(scored):
    frame = rows_frame([{**scored, "uri": uri} for uri in "ba"])
    assert frame["uri"].tolist() == ["b", "a"]
    assert json.loads(frame["findings"][0]) == scored["findings"]


def test_the_beats_are_those_of_score(chosen, sound):
    recording = open_record(sound / "s01")
    decisions = score_recording(chosen.detector, recording)
    table = beats_table("x", decisions)
    frame, told = table.to_pandas(), decisions.to_frame()
    assert (frame["uri"] == "x").all()
    np.testing.assert_array_equal(frame["score"], told["score"])
    np.testing.assert_array_equal(frame["class"], told["class"])
    assert table.column("rr_s").null_count == int(told["rr_s"].isna().sum()) > 0

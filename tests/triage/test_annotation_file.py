import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
import wfdb
from hypothesis import given
from hypothesis import strategies as st
from toy_decisions import make_decisions

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.triage.annotation_file import encode_marks, name_beats
from ecg_anomaly.triage.unreadable import Segment


def read_back(folder: Path, content: Iterable[bytes]) -> wfdb.Annotation:
    (folder / "r-1_a.anom").write_bytes(b"".join(content))
    return wfdb.rdann(str(folder / "r-1_a"), "anom")


def test_wfdb_reads_flagged_beats_and_unreadable_segments_back(tmp_path):
    decisions = make_decisions(9)
    segments = [Segment(2.5, 3.75, "flat"), Segment(6.0, 9.0, "missing samples")]
    marks = read_back(tmp_path, encode_marks(decisions, segments, 250.0))
    assert marks.fs == 250
    assert list(zip(marks.sample.tolist(), marks.symbol, strict=True)) == [
        (250, "Q"), (625, "~"), (938, "~"), (1000, "Q"), (1500, "~"), (1750, "Q"), (2250, "~"),
    ]  # fmt: skip
    assert [note.rstrip("\0") for note in marks.aux_note] == [
        "premature by 0.2 s, wide", "unreadable: flat", "", "premature by 0.2 s, wide",
        "unreadable: missing samples", "premature by 0.2 s, wide", "",
    ]  # fmt: skip
    assert marks.subtype.tolist() == [0, -1, 0, 0, -1, 0, 0]


def test_a_flagged_beat_is_annotated_with_its_class(tmp_path):
    aami = np.array(["S", "V", "F", "Q", "", "V"], object)
    decisions = make_decisions(6, anomalous=np.ones(6, bool), aami=aami)
    marks = read_back(tmp_path, encode_marks(decisions, [], 250.0))
    assert marks.symbol == ["S", "V", "F", "Q", "Q", "V"]


def test_a_rhythm_is_annotated_where_it_begins_and_ends(tmp_path):
    found = Finding("ventricular_tachycardia", 2.0, 4.0, 3.0, 6, 150.0, 0.9, "why", "II")
    marks = read_back(tmp_path, encode_marks(make_decisions(0), [], 250.0, findings=[found]))
    assert (marks.sample.tolist(), marks.symbol) == ([500, 1000], ["+", "+"])
    assert [note.rstrip("\0") for note in marks.aux_note] == ["(VT", "(N"]


def test_ventricular_fibrillation_is_between_brackets_too(tmp_path):
    found = Finding("ventricular_fibrillation", 2.0, 9.0, 6.0, 0, None, 0.9, "why")
    marks = read_back(tmp_path, encode_marks(make_decisions(0), [], 250.0, findings=[found]))
    assert marks.sample.tolist() == [500, 500, 2250, 2250]
    assert marks.symbol == ["+", "[", "+", "]"]
    assert [note.rstrip("\0") for note in marks.aux_note] == ["(VF", "", "(N", ""]


def test_every_beat_is_annotated_when_a_comparison_needs_it(tmp_path):
    aami = np.array(["", "V", "", "", "S", ""], object)
    marks = read_back(tmp_path, encode_marks(make_decisions(6, aami=aami), [], 250.0, True))
    assert marks.symbol == ["N", "V", "N", "N", "S", "Q"]
    np.testing.assert_array_equal(marks.sample, make_decisions(6).sample)


@pytest.mark.parametrize("all_beats", [True, False])
def test_all_beats_of_a_ventricular_run_are_annotated_as_one_that_can_be_read(tmp_path, all_beats):
    aami = np.array(["", "V", "", "", "S", ""], object)
    decisions = make_decisions(6, aami=aami)
    first_s, last_s = decisions.time_s[1], decisions.time_s[5]
    run = Finding("ventricular_run", first_s, last_s, last_s, 5, 120.0, 0.9, "why")
    marks = read_back(tmp_path, encode_marks(decisions, [], 250.0, all_beats, [run]))
    expected = ["V", "V", "V", "V"] + ["Q"] * all_beats  # the last one cannot be read
    assert [s for s in marks.symbol if s != "+"] == ["N"] * all_beats + expected
    notes = [n for s, n in zip(marks.symbol, marks.aux_note, strict=True) if s == "V"]
    assert sum(note.startswith("in a ventricular run") for note in notes) == 2


@pytest.mark.parametrize("kind", ["couplet", "ventricular_run", "bigeminy"])
def test_fusion_beats_of_a_ventricular_run_remain_fusion_beats(kind):
    decisions = make_decisions(
        6,
        aami=np.array(["", "F", "", "", "V", ""], object),
        anomalous=np.array([0, 1, 0, 0, 1, 0], bool),
        ventricular=np.float32([0, 0, 0.1, 0.5, 0, 0]),
        fusion=np.float32([0, 0, 0.5, 0.1, 0, 0]),
    )
    first_s, last_s = decisions.time_s[1], decisions.time_s[5]
    names, in_run = name_beats(decisions, [Finding(kind, first_s, last_s, last_s, 4, 80, 1, "")])
    assert names.tolist() == ["N", "F", *("FV" if kind != "bigeminy" else "NN"), "V", "Q"]
    assert in_run.tolist() == [False, *[kind != "bigeminy"] * 4, False]


def test_a_recording_of_nothing_is_a_file_without_marks(tmp_path):
    path = tmp_path / "r.anom"
    path.write_bytes(b"".join(encode_marks(make_decisions(0), [], 250.0)))
    assert path.read_bytes().endswith(b"\0\0")
    assert wfdb.rdann(str(tmp_path / "r"), "anom").sample.tolist() == []


@pytest.mark.parametrize("fs", [250.0, 249.89, 128.0, 62.4725 * 4, 1000.0])
def test_the_rate_is_kept(tmp_path, fs):
    marks = read_back(tmp_path, encode_marks(make_decisions(5), [], fs))
    assert marks.fs == pytest.approx(fs, rel=1e-8)


@given(st.lists(st.integers(0, 2**33), min_size=1, max_size=30, unique=True))
def test_steps_of_any_length_are_read_back(samples):
    import tempfile

    sample = np.sort(np.array(samples, dtype=np.int64))
    n = len(sample)
    decisions = make_decisions(n, sample=sample, anomalous=np.ones(n, dtype=bool))
    with tempfile.TemporaryDirectory() as folder:
        marks = read_back(Path(folder), encode_marks(decisions, [], 360.0))
    assert marks.sample.tolist() == sample.tolist()


def test_long_and_foreign_notes_are_cut_to_what_the_format_holds(tmp_path):
    reason = np.array(["", "ä" * 300, "", "", "12 µV \u2212 3", ""])
    decisions = make_decisions(reason=reason)
    marks = read_back(tmp_path, encode_marks(decisions, [], 250.0))
    assert [note.rstrip("\0") for note in marks.aux_note] == ["?" * 255, "12 uV - 3"]


def test_the_marks_of_a_day_are_encoded_fast():
    decisions = make_decisions(100_000, anomalous=np.ones(100_000, dtype=bool))
    times = []
    for _ in range(3):
        start = time.process_time()
        b"".join(encode_marks(decisions, [], 360.0))
        times.append(time.process_time() - start)
    assert min(times) < 1.0  # 0.2 s on a free core, when every beat is flagged

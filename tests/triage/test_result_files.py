import os
import threading
from dataclasses import fields, replace
from pathlib import Path

import pytest
from toy_decisions import make_decisions

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.record_names import output_name
from ecg_anomaly.triage import result_files as results
from ecg_anomaly.triage.beat_rows import HEAD, format_beats
from ecg_anomaly.triage.result_files import (
    BEATS,
    is_whole,
    name_results,
    open_results,
)
from toy_detector import toy_records

SUMMARY = {"beats": {"found": 6}}


@pytest.fixture
def recording() -> Record:
    return toy_records()[0]


@pytest.fixture(autouse=True)
def plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "write_page", lambda path, *_: path.write_text("page"))


def write(recording, folder: Path, decisions, summary=SUMMARY) -> list[Path]:
    """Write the beats in two parts, then the rest."""
    with open_results(folder, recording) as written:
        for rows in (slice(4), slice(4, None)):
            columns = {f.name: getattr(decisions, f.name)[rows] for f in fields(decisions)}
            written.add_beats(replace(decisions, **columns))
        written.conclude(decisions, [], summary)
    return list(name_results(folder, recording).values())


def test_four_files_are_written(recording, tmp_path):
    written = write(recording, tmp_path, make_decisions())
    assert [path.name.removeprefix(recording.name) for path in written] == [
        ".beats.csv", ".summary.json", ".anom", ".html",
    ]  # fmt: skip
    assert sorted(tmp_path.iterdir()) == sorted(written)


def test_when_the_last_file_fails_none_is_changed(recording, tmp_path, monkeypatch):
    former = write(recording, tmp_path, make_decisions())
    before = {path: path.read_bytes() for path in former}

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(results, "write_page", full)
    with pytest.raises(UserError, match="cannot be written"):
        write(recording, tmp_path, make_decisions(9), {"beats": {"found": 9}})
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_summary_tells_whether_the_files_belong_together(recording, tmp_path):
    written = write(recording, tmp_path, make_decisions())
    summary = name_results(tmp_path, recording)[results.SUMMARY]
    assert is_whole(summary)
    for path in set(written) - {summary}:
        content = path.read_bytes()
        path.write_bytes(content + b"x")
        assert not is_whole(summary)
        path.unlink()
        assert not is_whole(summary)
        path.write_bytes(content)
    assert is_whole(summary)
    summary.unlink()
    assert not is_whole(summary)
    summary.write_text('{"beats": {"found": 6}}')  # of an older version
    assert not is_whole(summary)


@pytest.mark.parametrize("n", range(4))
def test_killed_between_two_renames_no_reader_is_deceived(recording, tmp_path, monkeypatch, n):
    write(recording, tmp_path, make_decisions())
    summary = name_results(tmp_path, recording)[results.SUMMARY]
    rename, renamed = os.replace, []

    def rename_some(source, target):
        if len(renamed) == n:
            raise KeyboardInterrupt
        renamed.append(rename(source, target))

    monkeypatch.setattr(os, "replace", rename_some)
    with pytest.raises(KeyboardInterrupt):
        write(recording, tmp_path, make_decisions(9), {"beats": {"found": 9}})
    assert not is_whole(summary)
    monkeypatch.undo()
    monkeypatch.setattr(results, "write_page", lambda path, *_: path.write_text("page"))
    write(recording, tmp_path, make_decisions(9))
    assert is_whole(summary)


def test_of_two_who_write_the_same_files_one_is_whole(recording, tmp_path):
    summary = name_results(tmp_path, recording)[results.SUMMARY]

    def write_often(n):
        for _ in range(20):
            write(recording, tmp_path, make_decisions(n), {"beats": {"found": n}})

    threads = [threading.Thread(target=write_often, args=(n,)) for n in (6, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_whole(summary)
    assert len(list(tmp_path.iterdir())) == 4


def test_a_folder_in_the_place_of_a_file_changes_no_other(recording, tmp_path):
    former = write(recording, tmp_path, make_decisions())
    page = name_results(tmp_path, recording)[results.PAGE]
    page.unlink()
    page.mkdir()
    before = {path: path.read_bytes() for path in former if path != page}
    with pytest.raises(UserError, match="html: cannot be written"):
        write(recording, tmp_path, make_decisions(9))
    assert {path: path.read_bytes() for path in before} == before


def test_the_table_has_a_row_for_each_beat_under_the_promised_names(recording, tmp_path):
    for n in (0, 9):
        write(recording, tmp_path, make_decisions(n))
        head, *rows = name_results(tmp_path, recording)[BEATS].read_text().splitlines()
        assert head == (
            "sample,time_s,score,anomalous,readable,quality,clipped,rr_s,reason,class,"
            "class_probability,lead"
        )
        samples = [int(row.partition(",")[0]) for row in rows]
        assert samples == make_decisions(n).sample.tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("200", "200"), ("night 1", "night_1"), ("../../etc", "______etc"), ("Ü", "_"), ("", "_")],
)
def test_results_are_named_as_wfdb_allows(name, expected):
    assert output_name(name) == expected
    assert Path(expected).name == expected


def test_a_table_written_in_parts_is_one_table(recording, tmp_path):
    decisions = make_decisions()
    write(recording, tmp_path, decisions)
    assert name_results(tmp_path, recording)[BEATS].read_text() == HEAD + format_beats(decisions)

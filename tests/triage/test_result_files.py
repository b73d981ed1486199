from dataclasses import fields, replace
from pathlib import Path

import pytest
from made_decisions import make_decisions

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import output_name
from ecg_anomaly.records.record import Record
from ecg_anomaly.triage import result_files as results
from ecg_anomaly.triage.result_files import BEATS, name_results, open_results
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


def test_the_table_has_a_row_for_each_beat_under_the_promised_names(recording, tmp_path):
    for n in (0, 9):
        write(recording, tmp_path, make_decisions(n))
        head, *rows = name_results(tmp_path, recording)[BEATS].read_text().splitlines()
        assert head == "sample,time_s,score,anomalous,readable,rr_s,reason"
        samples = [int(row.partition(",")[0]) for row in rows]
        assert samples == make_decisions(n).sample.tolist()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("200", "200"), ("night 1", "night_1"), ("../../etc", "______etc"), ("Ü", "_"), ("", "_")],
)
def test_results_are_named_as_wfdb_allows(name, expected):
    assert output_name(name) == expected
    assert Path(expected).name == expected

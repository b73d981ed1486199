import pytest
from tables import read_rows

from ecg_anomaly.archive.archive_run import run_here
from ecg_anomaly.archive.archive_summary import (
    DISTRIBUTIONS,
    MOST_LISTED,
    find_detector_sha256,
    rank_row,
    summarise_archive,
    worst_level,
)
from ecg_anomaly.archive.archive_table import TablePart, open_table
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import empty_row
from ecg_anomaly.files.errors import UserError

DETECTOR = "ab" * 32


def scored(uri: str, **values: object) -> dict:
    counts = dict.fromkeys(("critical", "high", "review", "technical"), 0)
    counts |= {"beats_found": 10, "beats_flagged": 1, "duration_s": 360.0, "mean_bpm": 70.0}
    row = empty_row(ManifestRow(uri), DETECTOR)
    return {**row, "status": "scored", "seconds": 1.0, "burden": 0.1, **counts, **values}


@pytest.fixture
def store(tmp_path):
    store = FileStore(str(tmp_path / "table"))
    open_table(store, 4)
    return store


def test_a_summary_agrees_with_the_table(prepare, model, manifest, tmp_path):
    manifest.write_text(manifest.read_text() + f"{tmp_path / 'absent'}\n")
    list(run_here(prepare(), model))
    store = FileStore(str(tmp_path / "table"))
    summary = summarise_archive(store, find_detector_sha256(store))
    rows = read_rows(tmp_path / "table")
    assert summary.outcomes == rows["status"].value_counts().to_dict()
    assert summary.beats == rows["beats_found"].sum()
    assert summary.failures == {"missing": 1}
    assert sum(summary.levels.values()) == 4
    assert all(counts.sum() == 4 for counts in summary.counts.values())


def test_the_most_critical_come_first_whatever_the_part(store):
    wanted = [("a", 2, 0), ("b", 1, 5), ("c", 1, 0), ("d", 0, 9), ("e", 0, 0)]
    for part, (uri, critical, high) in enumerate(reversed(wanted)):
        row = scored(uri, critical=critical, high=high)
        TablePart(store, DETECTOR, part).complete({uri: row})
    summary = summarise_archive(store, DETECTOR)
    assert [row["uri"] for row in summary.worst] == list("abcde")
    assert summary.levels == {"critical": 3, "high": 1, "none": 1}


def test_a_page_lists_no_more_than_it_can(store):
    rows = {str(i): scored(str(i), critical=i) for i in range(MOST_LISTED + 50)}
    TablePart(store, DETECTOR, 0).complete(rows)
    summary = summarise_archive(store, DETECTOR)
    assert [row["critical"] for row in summary.worst] == list(range(MOST_LISTED + 49, 49, -1))


def test_values_outside_an_axis_count_at_its_ends(store):
    rows = {uri: scored(uri, mean_bpm=bpm) for uri, bpm in (("a", 5.0), ("b", 900.0), ("c", None))}
    TablePart(store, DETECTOR, 0).complete(rows)
    counts = summarise_archive(store, DETECTOR).counts["mean_bpm"]
    assert (counts[0], counts[-1], counts.sum()) == (1, 1, 2)
    assert len(counts) == DISTRIBUTIONS["mean_bpm"][2]


def test_which_detector_is_meant_must_be_said_when_there_are_two(store):
    with pytest.raises(UserError, match="has no rows yet"):
        find_detector_sha256(store)
    for detector in (DETECTOR, "cd" * 32):
        TablePart(store, detector, 0).complete({"a": scored("a")})
    with pytest.raises(UserError, match="has rows of 2 detectors"):
        find_detector_sha256(store)
    assert find_detector_sha256(store, DETECTOR) == DETECTOR[:16]
    with pytest.raises(UserError, match="has no rows of detector"):
        find_detector_sha256(store, "ef" * 32)


def test_a_broken_file_is_named(store):
    part = TablePart(store, DETECTOR, 0)
    part.complete({"a": scored("a")})
    store.write(part.name, b"PAR1")
    with pytest.raises(UserError, match="run the archive again"):
        summarise_archive(store, DETECTOR)


def test_findings_decide_the_order_and_then_the_share_of_flagged_beats():
    assert rank_row(scored("a", critical=1)) > rank_row(scored("b", high=9, burden=0.9))
    assert rank_row(scored("a", burden=0.2)) > rank_row(scored("b", burden=None))
    assert worst_level(scored("a", technical=1)) == "technical"
    assert worst_level(scored("a")) == "none"

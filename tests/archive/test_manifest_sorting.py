"""A manifest is sorted by part: each recording once, where its address belongs, in flat memory."""

import tracemalloc
from collections.abc import Iterator

import pytest

from ecg_anomaly.archive.archive_plan import count_parts, part_of, read_part
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.manifest_sorting import make_plan


def rows(n: int) -> Iterator[ManifestRow]:
    return (ManifestRow(f"s3://bucket/{i}", subject=f"p{i % 7}") for i in range(n))


@pytest.mark.parametrize("n", [1, 31, 700, 5000])
def test_every_recording_is_in_the_part_of_its_address(tmp_path, n):
    n_parts = count_parts(n)
    plan = make_plan(rows(n), n_parts, FileStore(str(tmp_path)), "_plans/a.parquet")
    found = {part: read_part(plan, part) for part in plan.parts()}
    assert sorted((row for of_part in found.values() for row in of_part), key=str) == sorted(
        rows(n), key=str
    )
    assert all(part_of(row.uri, n_parts) == part for part in found for row in found[part])
    assert plan.n_rows == n
    assert plan.n_doubles == 0


def test_doubles_are_left_out_and_the_first_counts(tmp_path):
    twice = [ManifestRow("a", "p1"), ManifestRow("b"), ManifestRow("a", "p2")]
    plan = make_plan(twice, 1, FileStore(str(tmp_path)), "_plans/a.parquet")
    assert read_part(plan, 0) == [ManifestRow("a", "p1"), ManifestRow("b")]
    assert plan.n_doubles == 1


def test_a_manifest_that_grows_keeps_the_parts_of_its_recordings(tmp_path):
    store = FileStore(str(tmp_path))
    before = make_plan(rows(100), 8, store, "_plans/a.parquet")
    after = make_plan(reversed(list(rows(130))), 8, store, "_plans/b.parquet")
    for part in before.parts():
        assert {r.uri for r in read_part(before, part)} <= {r.uri for r in read_part(after, part)}


def test_memory_does_not_grow_with_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.archive.manifest_sorting.BLOCK", 8)
    peaks = []
    for n in (4_000, 16_000):
        tracemalloc.start()
        make_plan(rows(n), 64, FileStore(str(tmp_path)), f"_plans/{n}.parquet")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5

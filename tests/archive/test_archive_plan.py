import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.archive.archive_plan import (
    ArchivePlan,
    choose_parts,
    count_parts,
    find_plan,
    make_plan,
    part_of,
    read_part,
)
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.files.errors import UserError


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


def test_a_plan_is_found_again(tmp_path):
    store = FileStore(str(tmp_path))
    made = make_plan([*rows(300), *rows(3)], 16, store, "_plans/a.parquet")
    assert find_plan(store, "_plans/a.parquet", 16) == made
    assert find_plan(store, "_plans/b.parquet", 16) is None
    whole = store.read("_plans/a.parquet")
    for broken in (b"", whole[:-9], whole[len(whole) // 2 :]):
        store.write("_plans/a.parquet", broken)
        assert find_plan(store, "_plans/a.parquet", 16) is None


class DownStore(FileStore):
    """A store that still lists its files, and fails when one is opened, or read."""

    class Failing(io.BytesIO):
        def read(self, *_):
            raise ConnectionError("no route to host")

    def fail(self, monkeypatch, when):
        def open_file(*_, **__):
            if when == "open":
                raise PermissionError("403 Forbidden")
            return self.Failing(bytes(1000))

        monkeypatch.setattr(self._system, "open", open_file)


@pytest.mark.parametrize(("when", "words"), [("open", "not allowed"), ("read", "no route to host")])
def test_a_store_that_is_down_is_not_taken_for_a_plan_cut_off(tmp_path, monkeypatch, when, words):
    store = DownStore(str(tmp_path))
    make_plan(rows(3), 1, store, "_plans/a.parquet")
    store.fail(monkeypatch, when)
    with pytest.raises(UserError, match=words):
        find_plan(store, "_plans/a.parquet", 1)


@given(n_parts=st.integers(1, 300), n=st.integers(1, 40))
def test_shards_share_the_parts_without_overlap(n_parts, n):
    parts = ArchivePlan("", tuple(range(n_parts + 1)), 0).parts()
    shards = [choose_parts(parts, (i, n)) for i in range(n)]
    assert sorted(part for shard in shards for part in shard) == choose_parts(parts, None)


def test_a_manifest_that_grows_keeps_the_parts_of_its_recordings(tmp_path):
    store = FileStore(str(tmp_path))
    before = make_plan(rows(100), 8, store, "_plans/a.parquet")
    after = make_plan(reversed(list(rows(130))), 8, store, "_plans/b.parquet")
    for part in before.parts():
        assert {r.uri for r in read_part(before, part)} <= {r.uri for r in read_part(after, part)}


def test_memory_does_not_grow_with_the_rows(tmp_path, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.archive.archive_plan.BLOCK", 8)
    peaks = []
    for n in (4_000, 16_000):
        tracemalloc.start()
        make_plan(rows(n), 64, FileStore(str(tmp_path)), f"_plans/{n}.parquet")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5

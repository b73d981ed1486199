from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import fail_to_read

from ecg_anomaly.archive.archive_plan import (
    ArchivePlan,
    choose_parts,
    find_plan,
    read_part,
)
from ecg_anomaly.archive.file_store import FileStore
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.manifest_sorting import make_plan
from ecg_anomaly.files.errors import UserError


def rows(n: int) -> Iterator[ManifestRow]:
    return (ManifestRow(f"s3://bucket/{i}", subject=f"p{i % 7}") for i in range(n))


def test_a_plan_is_found_again(tmp_path):
    store = FileStore(str(tmp_path))
    made = make_plan([*rows(300), *rows(3)], 16, store, "_plans/a.parquet")
    assert find_plan(store, "_plans/a.parquet", 16) == made
    assert find_plan(store, "_plans/b.parquet", 16) is None
    whole = store.read("_plans/a.parquet")
    for broken in (b"", whole[:-9], whole[len(whole) // 2 :]):
        store.write("_plans/a.parquet", broken)
        assert find_plan(store, "_plans/a.parquet", 16) is None


@pytest.mark.parametrize(("when", "words"), [("open", "not allowed"), ("read", "no route to host")])
def test_a_store_that_is_down_is_not_taken_for_a_plan_cut_off(tmp_path, monkeypatch, when, words):
    store = FileStore(str(tmp_path))
    plan = make_plan(rows(3), 1, store, "_plans/a.parquet")
    fail_to_read(monkeypatch, when)
    with pytest.raises(UserError, match=words):
        find_plan(store, "_plans/a.parquet", 1)
    with pytest.raises(UserError, match=words):
        read_part(plan, 0)


@pytest.mark.parametrize("harm", ["removed", "cut off", "emptied"])
def test_a_plan_that_is_lost_during_the_run_is_one_line(tmp_path, harm):
    plan = make_plan(rows(300), 16, FileStore(str(tmp_path)), "_plans/a.parquet")
    path = Path(plan.address)
    path.write_bytes({"cut off": path.read_bytes()[:-200]}.get(harm, b""))
    if harm == "removed":
        path.unlink()
    with pytest.raises(UserError, match="during the run; run the command again"):
        read_part(plan, 3)


@given(n_parts=st.integers(1, 300), n=st.integers(1, 40))
def test_shards_share_the_parts_without_overlap(n_parts, n):
    parts = ArchivePlan("", tuple(range(n_parts + 1)), 0).parts()
    shards = [choose_parts(parts, (i, n)) for i in range(n)]
    assert sorted(part for shard in shards for part in shard) == choose_parts(parts, None)

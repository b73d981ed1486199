import tracemalloc
from pathlib import Path

import pandas as pd
import pytest
from tables import fail_to_read

from ecg_anomaly.archive.manifest import ManifestRow, read_manifest
from ecg_anomaly.files.errors import UserError


def write(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_text_has_an_address_a_line(tmp_path):
    address = write(tmp_path / "m.txt", "# ward a\n/data/100\n\n  s3://b/101 \n")
    assert list(read_manifest(address)) == [ManifestRow("/data/100"), ManifestRow("s3://b/101")]


@pytest.mark.parametrize("column", ["uri", "URI", "path", "Recording"])
def test_a_table_and_parquet_say_the_same(tmp_path, column):
    frame = pd.DataFrame(
        {"ward": ["a", "b"], column: ["/x/1", "/x/2"], "subject": ["p1", None], "fs": [None, 250.0]}
    )
    frame.to_csv(tmp_path / "m.csv", index=False)
    frame.to_csv(tmp_path / "m.tsv", index=False, sep="\t")
    frame.to_parquet(tmp_path / "m.parquet")
    expected = [ManifestRow("/x/1", "p1"), ManifestRow("/x/2", "", fs="250.0")]
    for name in ("m.csv", "m.tsv", "m.parquet"):
        assert list(read_manifest(str(tmp_path / name))) == expected
    assert expected[1].read_as == "fs=250.0"


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("m.csv", b"name,ward\n1,a\n", "no column uri"),
        ("m.csv", b"", "no column uri"),
        ("100.hea", b"100 2 360 650000\n", "a manifest is no .hea file; list the recordings"),
        ("list.json", b'["/x/1"]', "a manifest is no .json file"),
        ("m.csv", b'uri\n"' + b"x" * 200_000, "not a table"),
        ("m.parquet", b"PAR1 is not enough", "not Parquet"),
        ("m.txt", b"\xff\xfe\xfa\n", "not text in UTF-8"),
        ("m.txt", b"x" * 5000, "is no address"),
    ],
)
def test_what_is_no_manifest_is_refused_in_a_line(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=words) as raised:
        list(read_manifest(str(tmp_path / name)))
    assert len(str(raised.value)) < 500 + len(str(tmp_path))


def test_a_folder_and_an_absent_file_are_named(tmp_path):
    with pytest.raises(UserError, match="a folder, not a manifest"):
        list(read_manifest(str(tmp_path)))
    with pytest.raises(UserError, match="no such manifest"):
        list(read_manifest(str(tmp_path / "m.csv")))


def test_memory_does_not_grow_with_the_rows(tmp_path):
    peaks = []
    for n in (2_000, 40_000):
        address = write(tmp_path / f"{n}.csv", "uri\n" + "".join(f"s3://b/{i}\n" for i in range(n)))
        tracemalloc.start()
        assert sum(1 for _ in read_manifest(address)) == n
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + (1 << 20)


@pytest.mark.parametrize("when", ["open", "read"])
def test_a_store_that_is_down_is_not_taken_for_a_manifest_that_is_none(tmp_path, monkeypatch, when):
    fail_to_read(monkeypatch, when)
    with pytest.raises(UserError, match=r"not allowed|no route to host") as said:
        list(read_manifest(str(tmp_path / "m.parquet")))
    assert "Parquet" not in str(said.value)

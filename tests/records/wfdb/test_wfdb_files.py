"""Round trips, folders of records, and mutated files: a record or one line, nothing else."""

import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb.wfdb_files import list_records, read_record, write_record

QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_a_simulated_record_comes_back_exactly(tmp_path, simulated_records):
    original = simulated_records[0]
    write_record(original, tmp_path)
    read = read_record(tmp_path, original.name)
    np.testing.assert_array_equal(read.signal, original.signal)
    np.testing.assert_array_equal(read.annotations.sample, original.annotations.sample)
    assert read.annotations.symbol.tolist() == original.annotations.symbol.tolist()
    assert (read.fs, read.leads, read.subject) == (360.0, original.leads, original.name)


@settings(max_examples=40, derandomize=True, **QUIET)
@given(data=st.data())
def test_round_trip_of_any_signal(tmp_path, data):
    n_samples, n_leads = data.draw(st.integers(1, 40)), data.draw(st.integers(1, 4))
    values = st.floats(-10, 10, width=32) | st.just(np.nan)
    signal = data.draw(arrays(np.float32, (n_samples, n_leads), elements=values))
    inside = st.lists(st.integers(0, n_samples - 1), max_size=6, unique=True)
    sample = np.array(sorted(data.draw(inside)), dtype=np.int64)
    symbols = st.lists(st.sampled_from("NLRVA/+~"), min_size=len(sample), max_size=len(sample))
    marks = Annotations(sample, np.array(data.draw(symbols), dtype="<U1"))
    fs = data.draw(st.sampled_from([128.0, 250.0, 360.0, 999.56]))
    leads = tuple(f"L{i}" for i in range(n_leads))
    write_record(Record("x", "x", signal, fs, leads, marks), tmp_path)
    read = read_record(tmp_path, "x", "somebody")
    np.testing.assert_allclose(read.signal, signal, atol=0.00251, equal_nan=True)
    assert (read.fs, read.leads, read.subject) == (fs, leads, "somebody")
    np.testing.assert_array_equal(read.annotations.sample, sample)
    assert read.annotations.symbol.tolist() == marks.symbol.tolist()


def test_beyond_the_range_the_signal_is_clipped_and_not_missing(tmp_path):
    signal = np.array([[99.0], [-99.0], [np.inf], [np.nan]], dtype=np.float32)
    write_record(Record("x", "x", signal, 250.0, ("II",)), tmp_path)
    read = read_record(tmp_path, "x")
    np.testing.assert_allclose(read.signal[:3, 0], [10.235, -10.235, 10.235], atol=1e-6)
    assert np.isnan(read.signal[3, 0])
    assert read.annotations is None


def test_two_writes_give_equal_bytes(tmp_path, record):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_record(record, tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_flat_and_missing_leads_are_read_as_they_are(tmp_path):
    signal = np.column_stack([np.full(500, np.nan), np.zeros(500)]).astype(np.float32)
    write_record(Record("x", "x", signal, 250.0, ("II", "V1")), tmp_path)
    np.testing.assert_array_equal(read_record(tmp_path, "x").signal, signal)


def test_records_are_listed_by_name(tmp_path, make_noise_record):
    for name in ("b", "a", "c"):
        write_record(make_noise_record(name), tmp_path)
    (tmp_path / "notes.txt").write_text("")
    assert list_records(tmp_path) == ["a", "b", "c"]


def test_absent_empty_and_false_folders_are_users_errors(tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "empty").mkdir()
    for name, rule in (("absent", "no such"), ("file", "no such"), ("empty", "no WFDB header")):
        with pytest.raises(UserError, match=f"{name}: {rule}.*dataset.folder"):
            list_records(tmp_path / name)


@pytest.mark.parametrize("content", [None, b""])
def test_a_header_that_is_a_folder_or_empty_stops_the_listing(folder, content):
    if content is None:
        (folder / "x.hea").mkdir()
    else:
        (folder / "x.hea").write_bytes(content)
    with pytest.raises(UserError, match=r"x\.hea"):
        list_records(folder)


def mutate(content: bytes, changes: list[tuple[int, int, str]]) -> bytes:
    mutated = bytearray(content)
    for at, byte, how in changes:
        index = at % (len(mutated) + 1)
        if how == "insert":
            mutated.insert(index, byte)
        elif how == "delete":
            del mutated[index : index + 1 + byte % 4]
        else:
            mutated[index : index + 1] = bytes([byte])
    return bytes(mutated)


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 10**6),
        st.integers(0, 255) | st.sampled_from(b"0123456789-+./ \n()eE~#"),
        st.sampled_from(["insert", "delete", "replace"]),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=200, derandomize=True, **QUIET)
@given(suffix=st.sampled_from(["hea", "hea", "hea", "dat", "atr", "atr"]), changes=CHANGES)
def test_a_mutated_record_is_read_or_refused_in_one_line(tmp_path, suffix, changes):
    record = Record(
        "m", "m", np.linspace(-1, 1, 60, dtype=np.float32).reshape(30, 2), 360.0, ("MLII", "V1"),
        Annotations(np.array([3, 14, 25]), np.array(list("NVN"))),
    )  # fmt: skip
    write_record(record, tmp_path)
    path = tmp_path / f"m.{suffix}"
    path.write_bytes(mutate(path.read_bytes(), changes))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            assert list_records(tmp_path) == ["m"]
            read = read_record(tmp_path, "m")
    except UserError as error:
        line = str(error)
    else:
        line = ""
        assert read.signal.dtype == np.float32
        assert read.signal.shape[1] == len(read.leads) >= 1
        assert not np.isinf(read.signal).any()
        assert 64 <= read.fs <= 1e5
        if read.annotations is not None:
            inside = (read.annotations.sample >= 0) & (read.annotations.sample < len(read.signal))
            assert inside.all()
    assert len(line.splitlines()) <= 1

"""Round trips, what is a label, and mutated files: a record or one line."""

import warnings

import numpy as np
import pytest
import wfdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb import wfdb_files
from ecg_anomaly.records.wfdb.wfdb_files import read_record, write_record
from ecg_anomaly.records.wfdb.wfdb_folder import list_records


def test_marks_that_count_at_another_rate_are_refused(folder):
    marks = {"sample": np.array([10, 20]), "symbol": ["N", "N"], "write_dir": str(folder)}
    wfdb.wrann("r1", "atr", **marks, fs=250)
    with pytest.raises(UserError, match=r"marks count at 250.* Hz, the record at 360"):
        read_record(folder, "r1")
    wfdb.wrann("r1", "atr", **marks, fs=360)
    assert read_record(folder, "r1").annotations.sample.tolist() == [10, 20]


def test_a_symbol_of_the_users_own_is_refused(folder):
    labels = [(45, "Z", "not a beat of WFDB")]
    wfdb.wrann(
        "r1", "atr", np.array([10]), symbol=["Z"], custom_labels=labels, write_dir=str(folder)
    )
    with pytest.raises(UserError, match="unknown annotation symbols Z"):
        read_record(folder, "r1")


QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck)}


def test_a_simulated_record_comes_back_exactly(tmp_path, simulated_records):
    original = simulated_records[0]
    write_record(original, tmp_path)
    read = read_record(tmp_path, original.name)
    np.testing.assert_array_equal(read.signal, original.signal)
    beats = is_beat(read.annotations.symbol)
    np.testing.assert_array_equal(read.annotations.sample[beats], original.annotations.sample)
    assert read.annotations.symbol[beats].tolist() == original.annotations.symbol.tolist()
    assert read.annotations.symbol[~beats].tolist() == ["+"]
    assert read.annotations.rhythms == original.annotations.rhythms == ((0, "(N"),)
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
    symbol = np.array(data.draw(symbols), dtype="<U1")
    rhythms = tuple((int(at), "(AFIB") for at in sample[symbol == "+"])
    marks = Annotations(sample, symbol, rhythms)
    fs = data.draw(st.sampled_from([128.0, 250.0, 360.0, 999.56]))
    leads = tuple(f"L{i}" for i in range(n_leads))
    write_record(Record("x", "x", signal, fs, leads, marks), tmp_path)
    read = read_record(tmp_path, "x", "somebody")
    np.testing.assert_allclose(read.signal, signal, atol=0.00251, equal_nan=True)
    assert (read.fs, read.leads, read.subject) == (fs, leads, "somebody")
    if not is_beat(marks.symbol).any():
        assert read.annotations is None
        return
    np.testing.assert_array_equal(read.annotations.sample, sample)
    assert read.annotations.symbol.tolist() == marks.symbol.tolist()
    assert read.annotations.rhythms == rhythms


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


@pytest.fixture(scope="module")
def small_record(tmp_path_factory):
    """Write a record of thirty samples."""
    record = Record(
        "m", "m", np.linspace(-1, 1, 60, dtype=np.float32).reshape(30, 2), 360.0, ("MLII", "V1"),
        Annotations(np.array([3, 14, 25]), np.array(list("NVN"))),
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("small")
    write_record(record, folder)
    return folder


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
def test_a_mutated_record_is_read_or_refused_in_one_line(tmp_path, small_record, suffix, changes):
    for path in small_record.iterdir():
        mutated = path.suffix == f".{suffix}"
        content = path.read_bytes()
        (tmp_path / path.name).write_bytes(mutate(content, changes) if mutated else content)
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


def test_marks_count_frames_and_become_samples(folder):
    values = np.random.default_rng(0).normal(size=1000)
    wfdb.wrsamp(
        "r1", fs=250, units=["mV"], sig_name=["II"], fmt=["16"], e_p_signal=[values],
        samps_per_frame=[2], write_dir=str(folder),
    )  # fmt: skip
    marks = {"sample": np.array([10, 499]), "symbol": ["N", "V"], "write_dir": str(folder)}
    wfdb.wrann("r1", "atr", **marks, fs=250)
    record = read_record(folder, "r1")
    assert (record.fs, record.signal.shape) == (500.0, (1000, 1))
    assert record.annotations.sample.tolist() == [20, 998]


def annotate(folder, samples, symbols):
    marks = {"sample": np.array(samples), "symbol": list(symbols), "write_dir": str(folder)}
    wfdb.wrann("r1", "atr", **marks)
    return read_record(folder, "r1")


@pytest.mark.parametrize("symbols", ["+", "++~", '[!]"'])
def test_annotations_without_a_beat_are_no_label(folder, symbols):
    record = annotate(folder, 10 + 20 * np.arange(len(symbols)), symbols)
    assert (record.annotations, record.n_marks_outside) == (None, 0)


def test_an_empty_annotation_file_is_no_label(folder):
    (folder / "r1.atr").write_bytes(b"\0\0")
    assert read_record(folder, "r1").annotations is None


@pytest.mark.parametrize("last", [1080, 1081, 10**6])
def test_marks_on_or_past_the_last_sample_are_left_out_and_counted(folder, last):
    record = annotate(folder, [10, 1079, last, last], "NV+N")
    assert record.annotations.sample.tolist() == [10, 1079]
    assert record.annotations.symbol.tolist() == ["N", "V"]
    assert record.n_marks_outside == 2


def test_a_record_whose_beats_all_lie_past_its_end_is_not_labelled(folder):
    record = annotate(folder, [10, 1080], "+N")
    assert (record.annotations, record.n_marks_outside) == (None, 1)


def test_the_last_frame_is_inside_and_the_one_after_it_is_not(folder):
    values = np.random.default_rng(0).normal(size=1000)
    wfdb.wrsamp(
        "r1", fs=62.5, units=["mV"], sig_name=["II"], fmt=["16"], e_p_signal=[values],
        samps_per_frame=[4], write_dir=str(folder),
    )  # fmt: skip
    record = annotate(folder, [249, 250], "NN")
    assert (record.fs, record.annotations.sample.tolist()) == (250.0, [996])
    assert record.n_marks_outside == 1


def test_what_was_assumed_and_not_read_is_noted(folder):
    header = folder / "r1.hea"
    assert read_record(folder, "r1").notes == ()
    first, *leads = header.read_text().splitlines()
    fields = [line.split() for line in leads]
    fields[0][2], fields[-1][-1] = "0", "RESP"
    header.write_text("\n".join([first, *(" ".join(words) for words in fields)]) + "\n")
    assumed, not_read = read_record(folder, "r1").notes
    assert "uncalibrated" in assumed
    assert not_read == "not read: RESP (no ECG by its name)"


def test_a_record_too_large_to_be_held_is_refused_before_it_is_read(folder, monkeypatch):
    monkeypatch.setattr(wfdb_files, "MAX_VALUES", 2159)
    with pytest.raises(UserError, match=r"r1\.hea: 2160 values, more than 2159"):
        read_record(folder, "r1")

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import (
    MAX_DURATION_S,
    Scale,
    check_duration,
    check_sampling_rate,
    file_size,
    read_bytes,
    to_number,
)

EVERY = np.arange(-(2**15), 2**15).astype(np.int16)


@pytest.mark.parametrize("gain", [200.0, 1000.0, 0.37, -200.0, 1 / 3])
@pytest.mark.parametrize("baseline", [0, 1024, -5, 0.25, 1 / 3, 2**23 + 1, 2**25 + 1])
@pytest.mark.parametrize("millivolts", [1.0, 1e-3])
def test_single_precision_gives_what_double_precision_gives(gain, baseline, millivolts):
    out = np.empty(len(EVERY), dtype=np.float32)
    Scale(gain, baseline, millivolts).convert(EVERY, out)
    exact = (EVERY.astype(float) - baseline) / gain * millivolts
    np.testing.assert_array_equal(out, exact.astype(np.float32))


def test_only_the_missing_value_becomes_nan():
    out = np.empty(len(EVERY), dtype=np.float32)
    Scale(200.0, 0, 1.0, missing=-2048).convert(EVERY, out)
    assert EVERY[np.isnan(out)].tolist() == [-2048]
    Scale(200.0, 0, 1.0, missing=None).convert(EVERY, out)
    assert np.isfinite(out).all()


def test_bytes_are_read_from_where_they_are_asked_for(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(bytes(range(100)))
    assert read_bytes(path, 90, 10).tolist() == list(range(90, 100))
    assert read_bytes(path, 100, 0).tolist() == []
    with pytest.raises(UserError, match="x: truncated, no 11 bytes from byte 90 on"):
        read_bytes(path, 90, 11)
    with pytest.raises(UserError, match="x: cannot be read"):
        read_bytes(path / "x", 0, 1)


def test_only_a_plain_file_with_something_in_it_has_a_size(tmp_path):
    (tmp_path / "x").write_bytes(b"abc")
    assert file_size(tmp_path / "x") == 3
    (tmp_path / "empty").touch()
    for name, rule in (("empty", "empty"), ("absent", "no such file"), ("", "a folder")):
        with pytest.raises(UserError, match=rule):
            file_size(tmp_path / name)


@pytest.mark.parametrize("fs", [63.9, 100_001.0, float("nan"), float("inf"), 0.0])
def test_a_sampling_rate_that_no_ecg_has_is_refused(fs):
    check_sampling_rate("x", 64.0, "")
    check_sampling_rate("x", 100_000.0, "")
    with pytest.raises(UserError, match=r"x: sampling rate is .* Hz, not from 64 to 100000; fix"):
        check_sampling_rate("x", fs, "fix")


def test_a_recording_of_more_than_a_month_is_refused():
    longest = int(MAX_DURATION_S) * 250
    check_duration("x", longest, 250.0)
    with pytest.raises(UserError, match="x: 669600001 samples; cut it, a month at most"):
        check_duration("x", longest + 1, 250.0)


def test_a_number_of_a_text():
    assert [to_number(text) for text in ("4.88", " 4,88 ", "1e-3")] == [4.88, 4.88, 0.001]
    assert np.isnan(to_number("4 .88"))

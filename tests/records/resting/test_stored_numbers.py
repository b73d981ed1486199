import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting import stored_numbers
from ecg_anomaly.records.resting.stored_numbers import (
    read_base64,
    read_numbers,
    sampling_rate_of,
    sum_differences,
)
from lab.fuzzing.scp_writer import take_differences

PATH = Path("e.xml")


def test_numbers_are_read_whatever_stands_between_them(monkeypatch):
    monkeypatch.setattr(stored_numbers, "BLOCK", 3)
    text = " 1 -2\n\t3,4;5 6.5 NaN -1e2 "
    np.testing.assert_array_equal(
        read_numbers(PATH, text, "digits"), [1, -2, 3, 4, 5, 6.5, np.nan, -100]
    )


@pytest.mark.parametrize(
    "text", ["1 2 x 3", "1 2 --3", "", " ", "1 " * 5000, "1 " + "9" * 5000 + "y"]
)
def test_what_is_no_list_of_numbers_is_refused(text, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.records.resting.lead_segments.MAX_SAMPLES", 4000)
    with pytest.raises(UserError) as caught:
        read_numbers(PATH, text, "digits of I")
    assert len(str(caught.value)) < 500


def test_a_number_too_large_is_infinite_without_a_warning():
    assert read_numbers(PATH, "1e39 -1e400", "digits").tolist() == [np.inf, -np.inf]


def test_the_word_that_is_no_number_is_named():
    with pytest.raises(UserError, match="digits of I: '1x' is no number"):
        read_numbers(PATH, "0 1x 2", "digits of I")


def test_base64_may_have_line_ends_and_nothing_else():
    content = bytes(range(256))
    text = base64.encodebytes(content).decode()
    assert read_base64(PATH, f" \r\n{text}\n ", "lead I") == content
    for wrong in (text[:-4], text.replace("A", "!"), "\u0660AAA"):
        with pytest.raises(UserError, match="lead I: no Base64"):
            read_base64(PATH, wrong, "lead I")


@given(hnp.arrays(np.int16, st.integers(0, 60)), st.integers(0, 2))
def test_differences_are_undone_and_overflow_as_in_16_bits(samples, order):
    differences = take_differences(samples, order)
    np.testing.assert_array_equal(sum_differences(differences, order), samples)
    wrapped = differences.astype(np.int16)  # as a recorder of 16 bits stores them
    np.testing.assert_array_equal(sum_differences(wrapped, order), samples)


@pytest.mark.parametrize("fs", [128, 250, 256, 360, 500, 512, 600, 1000, 2000])
def test_a_rate_is_whole_although_its_interval_was_rounded_to_microseconds(fs):
    assert sampling_rate_of(round(1e6 / fs) * 1e-6) == fs


def test_a_rate_that_is_not_whole_stays():
    assert sampling_rate_of(1 / 257.5) == pytest.approx(257.5)
    assert sampling_rate_of(1 / 500.4) == pytest.approx(500.4)
    assert sampling_rate_of(0) == sampling_rate_of(-1) == sampling_rate_of(float("nan")) == np.inf

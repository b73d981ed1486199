"""Fields of an EDF header, and the numbers in them."""

from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_fields import (
    FILE_FIELDS,
    SIGNAL_FIELDS,
    cut_fields,
    read_integer,
    read_number,
)


def test_fields_fill_the_256_bytes_of_the_standard():
    assert sum(FILE_FIELDS.values()) == sum(SIGNAL_FIELDS.values()) == 256


def test_a_field_is_taken_without_what_fills_it_up():
    raw = b"ab  12\0\0cd  34  "
    assert cut_fields(raw, {"name": 4, "number": 4}) == {"name": "ab", "number": "12"}
    widths = {"name": 4, "number": 2}
    assert cut_fields(b"ab  cd  1234", widths, 0, 2) == {"name": "ab", "number": "12"}
    assert cut_fields(b"ab  cd  1234", widths, 1, 2) == {"name": "cd", "number": "34"}


@pytest.mark.parametrize(
    ("text", "number"), [("5", 5.0), ("0.5", 0.5), ("0,5", 0.5), ("1e1", 10.0), ("-1", -1.0)]
)
def test_a_number_may_have_a_decimal_comma(text, number):
    assert read_number(Path("x.edf"), {"gain": text}, "gain", -1, 10) == number


@pytest.mark.parametrize("text", ["", "five", "nan", "inf", "11", "-2"])
def test_what_is_no_number_within_bounds_is_refused_by_its_field(text):
    fields = {"label": "ECG" * 40, "gain": text}
    with pytest.raises(
        UserError, match=r"gain of signal 'ECG.*not a number from -1 to 10"
    ) as caught:
        read_number(Path("x.edf"), fields, "gain", -1, 10)
    assert len(caught.value.rule) < 120


def test_a_whole_number_has_no_fraction():
    assert read_integer(Path("x.edf"), {"n": "7.0"}, "n", 7, 7) == 7
    with pytest.raises(UserError, match=r"n is '7\.5', not a number from 1 to 9"):
        read_integer(Path("x.edf"), {"n": "7.5"}, "n", 1, 9)
    with pytest.raises(UserError, match="n is '8', not 7"):
        read_integer(Path("x.edf"), {"n": "8"}, "n", 7, 7)

import pytest

from ecg_anomaly.files.number_formats import number, percent, span


@pytest.mark.parametrize(
    ("value", "said"),
    [(None, "–"), (0, "0%"), (1, "100%"), (0.0004, "< 0.1%"), (0.1234, "12.3%"), (1.5, "150.0%")],
)
def test_a_little_is_not_nothing(value: float | None, said: str):
    assert percent(value) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 s"), (0.2, "12 s"), (1, "1 min"), (60, "1 h"), (1445, "24 h 5 min"), (59.999, "1 h")],
)
def test_time_is_said_in_the_units_that_a_person_uses(minutes: float, said: str):
    assert span(minutes) == said


def test_numbers_have_as_many_digits_as_asked_for():
    assert number(0.123456, 2) == "0.12"
    assert number(None) == "–"

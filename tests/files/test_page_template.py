from pathlib import Path

import pytest
from jinja2 import UndefinedError

from ecg_anomaly.files.page_template import (
    clock,
    load_template,
    number,
    percent,
    render_page,
    span,
)


def test_a_page_holds_both_styles_and_escapes_what_it_is_given(tmp_path: Path):
    (tmp_path / "p.jinja").write_text("<style>{{ style }}</style>{{ name }} {{ 0.5 | percent }}")
    (tmp_path / "own.css").write_text(".own > b { color: red; }")
    page = render_page(tmp_path, "p.jinja", ("own.css",), name="<i>")
    assert ".own > b" in page
    assert "--ink" in page
    assert page.endswith("&lt;i&gt; 50.0%")


def test_a_value_that_is_not_given_is_an_error(tmp_path: Path):
    (tmp_path / "p.jinja").write_text("{{ nobody }}")
    with pytest.raises(UndefinedError):
        render_page(tmp_path, "p.jinja")


def test_a_template_is_loaded_once(tmp_path: Path):
    (tmp_path / "p.jinja").write_text("{{ 1 }}")
    assert load_template(tmp_path, "p.jinja") is load_template(tmp_path, "p.jinja")


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
    large = (999.4, 999.6, 1664.2, 12345.0, -2000.0)
    assert list(map(number, large)) == ["999", "1,000", "1,664", "12,345", "-2,000"]


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0:00:00.0"), (59.99, "0:00:59.9"), (3661.3, "1:01:01.3")]
)
def test_moments_are_cut_not_rounded(seconds: float, said: str):
    assert clock(seconds, tenths=True) == said
    assert clock(seconds) == said[:-2]

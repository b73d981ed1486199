from pathlib import Path

import pytest
from jinja2 import UndefinedError

from ecg_anomaly.files.page_template import render_page


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

from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from ecg_anomaly.files.errors import UserError
from lab.doc_pages import page_options, write_between, write_plot

BEGIN, END = "<!-- begin -->", "<!-- end -->"


def plot() -> Figure:
    figure = Figure(figsize=(3, 2))
    figure.subplots().plot([0, 1, 0.5])
    return figure


def test_a_page_changes_between_the_marks_alone(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    for _ in range(2):
        write_between(page, BEGIN, END, lambda: "new")
        assert page.read_text(encoding="utf-8") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"


def test_without_marks_or_without_a_page_nothing_is_rendered_or_written(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("no marks\n", encoding="utf-8")
    for path in (page, tmp_path / "absent.md"):
        write_between(path, BEGIN, END, pytest.fail)
    assert page.read_text(encoding="utf-8") == "no marks\n"
    assert not (tmp_path / "absent.md").exists()


@pytest.mark.parametrize("text", [BEGIN, END, f"{END}{BEGIN}", f"{BEGIN}{BEGIN}{END}"])
def test_damaged_marks_are_refused_and_the_page_stays(tmp_path, text):
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match="once each"):
        write_between(page, BEGIN, END, lambda: "new")
    assert page.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("n_colours", [None, 8])
def test_the_same_plot_gives_the_same_file_and_nothing_else_is_left(tmp_path, n_colours):
    paths = [tmp_path / "plots" / name for name in ("a.png", "b.png")]
    for path in paths:
        write_plot(plot(), path, dpi=50, n_colours=n_colours)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert {path.name for path in (tmp_path / "plots").iterdir()} == {"a.png", "b.png"}
    with Image.open(paths[0]) as drawn:
        assert (drawn.format, drawn.size) == ("PNG", (150, 100))
        assert n_colours is None or len(drawn.convert("RGB").getcolors()) <= n_colours


def test_a_command_may_add_options_to_root_and_docs():
    parser = page_options("Measure something.\n\nMore of it.")
    parser.add_argument("--records", nargs="+")
    words = ["--root", "r", "--docs", "d", "--records", "100", "101"]
    options = parser.parse_args(words)
    assert (options.root, options.docs) == (Path("r"), Path("d"))
    assert options.records == ["100", "101"]
    assert (parser.parse_args([]).root / "dvc.yaml").is_file()
    assert parser.description == "Measure something."

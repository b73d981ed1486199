import re
import xml.etree.ElementTree as ElementTree

from ecg_anomaly.exploration.svg_plots import MAX_NAME, drawn_as_svg, label_rows


@drawn_as_svg
def draw_line(figure, heights, names=("a",)):
    axes = figure.add_subplot()
    axes.plot(heights)
    axes.fill_between(range(len(heights)), heights)
    label_rows(axes, names)


def test_equal_plots_have_equal_bytes_and_others_do_not():
    assert draw_line([1, 2]) == draw_line([1, 2]) != draw_line([2, 1])


def test_a_plot_is_svg_without_a_date_or_a_version():
    text = draw_line([1, 2])
    assert ElementTree.fromstring(text).tag.endswith("svg")
    assert not re.search(r"dc:date|dc:creator|Matplotlib v", text)


def test_long_names_are_cut():
    cut = "x" * (MAX_NAME - 1) + "…"
    assert draw_line([1], ["x" * 80]) == draw_line([1], [cut])

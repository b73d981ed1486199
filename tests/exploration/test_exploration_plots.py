"""The plots of the page: what they show follows the data."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.exploration import exploration_plots
from ecg_anomaly.exploration.exploration_plots import (
    draw_classes,
    draw_heart_rates,
    draw_lengths,
    draw_mean_beats,
    draw_quality,
    draw_rr,
)
from ecg_anomaly.exploration.exploration_summary import summarise_records
from ecg_anomaly.exploration.record_row import STATES
from ecg_anomaly.exploration.svg_plots import CLASS_COLOURS, STATE_COLOURS


@pytest.fixture
def summary(make_record):
    records = [make_record("a", "NNVN" * 5, leads=("II", "V1")), make_record("b", "N" * 30)]
    return summarise_records(records, preprocess_config())


def height(svg):
    return float(ElementTree.fromstring(svg).attrib["height"].removesuffix("pt"))


@pytest.fixture(autouse=True)
def few_rows(monkeypatch):
    """Let a plot have few rows: each takes time to draw."""
    monkeypatch.setattr(exploration_plots, "MAX_ROWS", 6)
    monkeypatch.setattr(exploration_plots, "MAX_LEADS", 3)


def test_every_state_has_a_colour_of_its_own():
    assert len(set(STATE_COLOURS)) == len(STATE_COLOURS) == len(STATES)


def test_lengths_follow_the_records(summary):
    svg = draw_lengths(summary["records"])
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert svg != draw_lengths(summary["records"][:1])


def test_the_plot_of_quality_limits_its_records(summary):
    row = summary["records"][0]
    few, many, more = (draw_quality([row] * n) for n in (3, 6, 11))
    assert height(few) < height(many) == height(more)


def test_classes_have_the_colours_of_the_classes_that_occur(summary):
    rows = summary["subjects"]
    with_v, without = (draw_classes([row]) for row in rows)
    assert (rows[0]["name"], rows[1]["name"]) == ("a", "b")
    assert with_v.count(CLASS_COLOURS["V"]) == without.count(CLASS_COLOURS["V"])  # the legend
    assert with_v != without
    few, many, more = (draw_classes(rows[:1] * n) for n in (3, 6, 11))
    assert height(few) < height(many) == height(more)


def test_the_heart_rate_of_each_record_is_a_bar(summary):
    one, two = (draw_heart_rates(summary["records"][:n]) for n in (1, 2))
    assert len(re.findall("<use", one)) < len(re.findall("<use", two))


def test_each_class_has_its_histogram(summary):
    assert set(summary["rr"]["classes"]) == {"N", "V"}
    both = draw_rr(summary["rr"])
    only_n = {**summary["rr"], "classes": {"N": summary["rr"]["classes"]["N"]}}
    assert height(draw_rr(only_n)) < height(both)
    assert CLASS_COLOURS["V"] in both
    assert CLASS_COLOURS["V"] not in draw_rr(only_n)


def test_mean_beats_have_a_row_per_lead_up_to_a_limit(summary):
    (row, *_) = summary["mean_beats"]
    one, most, more = (draw_mean_beats([row] * n) for n in (1, 3, 4))
    assert height(one) < height(most) == height(more)


def test_a_class_that_a_lead_lacks_is_an_empty_panel(summary):
    row = summary["mean_beats"][0]
    lacking = {**row, "classes": {"N": row["classes"]["N"]}}
    assert "V" in row["classes"]
    drawn = draw_mean_beats([row, lacking])
    assert drawn.count(CLASS_COLOURS["V"]) < draw_mean_beats([row, row]).count(CLASS_COLOURS["V"])
    assert np.isfinite(height(drawn))


def test_ticks_of_shares_are_not_rounded():
    """Ticks 2.5 % apart were labelled 0, 2, 5, 8 and 10 %."""
    counts = {**dict.fromkeys("NSVFQ", 0), "N": 78, "V": 22}
    svg = draw_classes([{"name": "a", "n_beats": 100, "classes": counts}])
    ticks = [float(label) for label in re.findall(r"([\d.]+)%", svg)]
    steps = {round(b - a, 6) for a, b in pairwise(ticks)}
    assert len(ticks) > 3
    assert len(steps) == 1

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from drawn_recording import decide

from ecg_anomaly.triage.overview import LEFT, RIGHT, draw_overview
from ecg_anomaly.triage.strips import choose_strips
from ecg_anomaly.triage.time_bins import bin_beats
from ecg_anomaly.triage.unreadable import Segment


def draw(
    duration_s: float = 3600.0, share: float = 0.1, segments: list[Segment] | None = None
) -> ET.Element:
    time_s = np.arange(0.5, duration_s, 0.8)
    decisions = decide(time_s, np.random.default_rng(0).random(len(time_s)) < share)
    strips = choose_strips(decisions, duration_s)
    bins = bin_beats(decisions, duration_s)
    return ET.fromstring(draw_overview(bins, duration_s, segments or [], strips))


def classed(svg: ET.Element, word: str) -> list[ET.Element]:
    return [e for e in svg.iter() if word in e.get("class", "").split()]


@pytest.mark.parametrize("duration_s", [0.0, 3.0, 60.0, 3600.0, 86_400.0, 700_000.0])
def test_a_recording_of_any_length_has_its_axes_inside_the_plot(duration_s: float) -> None:
    svg = draw(duration_s)
    assert any("time from the start" in (e.text or "") for e in svg.iter("text"))
    for bar in [*classed(svg, "share"), *classed(svg, "range")]:
        assert float(bar.get("x")) >= LEFT
        assert float(bar.get("x")) + float(bar.get("width")) <= RIGHT + 0.11


def test_every_bin_with_flagged_beats_has_a_bar_that_counts_them() -> None:
    svg = draw()
    titles = [bar.find("title").text for bar in classed(svg, "share")]
    time_s = np.arange(0.5, 3600.0, 0.8)
    decisions = decide(time_s, np.random.default_rng(0).random(len(time_s)) < 0.1)
    bins = bin_beats(decisions, 3600.0)
    assert len(titles) == np.count_nonzero(bins.flagged)
    counted = [int(title.split(": ")[1].split(" of ")[0]) for title in titles]
    assert sum(counted) == decisions.anomalous.sum()


def test_without_flags_there_are_rates_and_no_bars() -> None:
    svg = draw(share=0.0)
    assert classed(svg, "share") == classed(svg, "pin") == []
    assert len(classed(svg, "median")) == 1


def test_every_strip_has_a_mark_that_links_to_it_and_the_first_has_its_number() -> None:
    svg = draw()
    links = [a.get("href") for a in svg.iter("a")]
    assert sorted(links) == sorted(f"#strip-{k}" for k in range(1, len(links) + 1))
    assert "1" in [text.text for a in svg.iter("a") for text in a.iter("text")]


def test_segments_too_close_to_be_told_apart_are_one_hatched_area() -> None:
    segments = [Segment(100, 101, "flat"), Segment(102, 103, "noise"), Segment(2000, 2400, "flat")]
    first, second = classed(draw(segments=segments), "unread")
    assert first.find("title").text == "cannot be read: flat, noise"
    assert second.find("title").text == "cannot be read: flat"

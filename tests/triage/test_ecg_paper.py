import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from drawn_recording import DrawnRecording, decide

from ecg_anomaly.triage.ecg_paper import LEFT, MOST_POINTS, WIDTH, draw_strip
from ecg_anomaly.triage.strip_marks import BeatMark, PartMark, mark_beats
from ecg_anomaly.triage.strips import LENGTH_S, Strip, choose_strips

TIME_S = np.arange(0.5, 60, 0.8)
DECISIONS = decide(TIME_S, np.arange(len(TIME_S)) == 30)
STRIP = choose_strips(DECISIONS, 60.0)[0]


def draw(
    n_leads: int = 2,
    fs: float = 250.0,
    beats: list[BeatMark] | None = None,
    parts: list[PartMark] | None = None,
    fill: float | None = None,
    scale: float = 1.0,
    strip: Strip = STRIP,
) -> ET.Element:
    leads = tuple(f"L{k}" for k in range(n_leads))
    drawn = DrawnRecording(TIME_S, 60.0, fs, leads, fill=fill)
    signal = scale * drawn.read(round(STRIP.start_s * fs), round(STRIP.end_s * fs))
    return ET.fromstring(draw_strip(strip, signal, fs, leads, beats or [], parts or []))


def classed(svg: ET.Element, word: str) -> list[ET.Element]:
    return [e for e in svg.iter() if word in e.get("class", "").split()]


def test_the_paper_is_as_wide_as_the_strip_at_25_mm_a_second() -> None:
    svg = draw()
    assert svg.get("viewBox").split()[2] == f"{WIDTH:g}"
    assert float(svg.find("rect").get("width")) == pytest.approx(25 * LENGTH_S)
    assert float(svg.find("rect").get("x")) == LEFT


@pytest.mark.parametrize("n_leads", [1, 2, 12])
def test_every_lead_has_a_trace_and_a_name_below_the_one_before(n_leads: int) -> None:
    svg = draw(n_leads)
    assert len(classed(svg, "trace")) == n_leads
    names = classed(svg, "lead")
    assert [name.text for name in names] == [f"L{k}" for k in range(n_leads)]
    tops = [float(name.get("y")) for name in names]
    assert tops == sorted(set(tops))


def test_a_taller_signal_takes_more_paper_up_to_a_limit() -> None:
    heights = [float(draw(scale=s).get("viewBox").split()[3]) for s in (0.1, 1.0, 2.6, 50, 99)]
    assert heights[0] < heights[1] < heights[2]
    assert heights[3] == heights[4]


def test_all_leads_together_have_no_more_points_than_a_reader_can_see() -> None:
    def count(svg: ET.Element) -> int:
        return sum(len(trace.get("d")) for trace in classed(svg, "trace"))

    assert count(draw(4, fs=5000.0)) < 12 * MOST_POINTS


@pytest.mark.parametrize(
    ("found_s", "drawn_s"),
    [((2.0, 3.5), (2.0, 3.5)), ((-3.0, 1.0), (0.0, 1.0)), ((6.0, 99.0), (6.0, LENGTH_S))],
)
def test_a_bar_lasts_as_long_as_the_finding_and_no_longer_than_the_paper(found_s, drawn_s) -> None:
    assert classed(draw(), "found") == []
    found_s = tuple(STRIP.start_s + s for s in found_s)
    (bar,) = classed(draw(strip=replace(STRIP, found_s=found_s)), "found")
    start, width = float(bar.get("x")) - LEFT, float(bar.get("width"))
    assert (start / 25, (start + width) / 25) == pytest.approx(drawn_s)


@pytest.mark.parametrize("fill", [np.nan, np.inf])
def test_a_lead_of_nothing_says_so(fill: float) -> None:
    svg = draw(fill=fill)
    assert classed(svg, "trace") == []
    assert [e.text for e in svg.iter("text")].count("nothing recorded") == 2


def test_beats_stand_where_they_are_with_their_interval_and_text() -> None:
    beats = mark_beats(DECISIONS, STRIP)
    svg = draw(beats=beats)
    circles = classed(svg, "unflagged")
    assert len(circles) == len(beats) - 1
    at = [LEFT + 25 * (b.time_s - STRIP.start_s) for b in beats if b.state == "unflagged"]
    assert [float(c.get("cx")) for c in circles] == pytest.approx(at, abs=0.01)
    assert {interval.text for interval in classed(svg, "interval")} == {"0.80"}
    (title,) = svg.iter("title")
    assert title.text == f"0:00:24.5, {next(b.text for b in beats if b.text)}"


def test_a_part_is_shaded_in_its_leads_and_named_in_the_first() -> None:
    parts = [PartMark("qrs", STRIP.start_s + 1, STRIP.start_s + 1.2, ("L1", "L2"), True),
             PartMark("t", STRIP.start_s + 2, STRIP.start_s + 2.5, ("L0",), False),
             PartMark("rr_before", STRIP.start_s, STRIP.start_s + 1, ("L0",), True)]  # fmt: skip
    svg = draw(3, parts=parts)
    first, second = classed(svg, "part-qrs")
    assert float(first.get("x")) == pytest.approx(LEFT + 25)
    assert float(first.get("width")) == pytest.approx(5)
    assert float(second.get("y")) == pytest.approx(
        float(first.get("y")) + float(first.get("height"))
    )
    assert len(classed(svg, "part-t")) == 1
    assert len(classed(svg, "rr")) == 1
    assert [e.text for e in svg.iter("text") if e.get("class") == "part"] == ["QRS"]

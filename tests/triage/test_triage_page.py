from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from drawn_recording import DETECTOR, REASONS, DrawnRecording, decide, summed

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.finding_groups import group_findings
from ecg_anomaly.triage.triage_page import count_kinds, render_triage_page, write_page
from ecg_anomaly.triage.unreadable import MEANINGS, Segment

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """Checks that tags nest, and keeps what a test asks for."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def classed(self, word: str) -> list[dict[str, str]]:
        return [a for _, a in self.tags if word in a.get("class", "").split()]


def page_of(
    flagged: list[int] | float = 0.1,
    duration_s: float = 600.0,
    segments: list[Segment] | None = None,
    reasons: list[str] | None = None,
    **recording,
) -> Page:
    time_s = np.arange(0.5, duration_s, 0.8)
    rows = np.zeros(len(time_s), dtype=bool)
    if isinstance(flagged, float):
        rows = np.random.default_rng(0).random(len(time_s)) < flagged
    else:
        rows[flagged] = True
    drawn = DrawnRecording(time_s, duration_s, **recording)
    decisions = decide(time_s, rows, reasons)
    return Page(render_triage_page(drawn, decisions, summed(drawn, decisions, segments)))


def test_the_page_needs_nothing_from_elsewhere():
    page = page_of()
    assert not {"script", "link", "iframe", "img", "object"} & {tag for tag, _ in page.tags}
    for _, attributes in page.tags:
        for name in ("href", "src", "xlink:href"):
            assert attributes.get(name, "#").startswith("#")
    time_s = np.arange(0.5, 60, 0.8)
    drawn, decisions = DrawnRecording(time_s, 60.0), decide(time_s, time_s > 30)
    html = render_triage_page(drawn, decisions, summed(drawn, decisions))
    assert "http" not in html
    assert "@import" not in html
    assert html.count("url(") == html.count("url(#")


def test_the_page_says_what_the_summary_says():
    text = page_of(flagged=[10, 50, 51]).text
    for said in ("Not a medical device", "data/model", "1.5", "2.0%", "750", "18.0 per hour"):
        assert said in text, said


def test_every_link_has_its_target_and_every_strip_its_link():
    page = page_of()
    ids = [a["id"] for _, a in page.tags if "id" in a]
    assert len(ids) == len(set(ids))
    assert {a["href"][1:] for a in page.all("a")} <= set(ids)
    strips = page.classed("strip")
    linked = {a["href"] for a in page.all("a")}
    assert 0 < len(strips) <= 40
    assert all(f"#{strip['id']}" in linked for strip in strips)


def test_a_strip_shows_its_reason_its_beats_and_the_part_behind_it():
    page = page_of(flagged=[200], reasons=[REASONS[0]])
    assert REASONS[0] in page.text
    assert len(page.classed("strip")) == 1
    assert len(page.classed("trace")) == 2
    assert len(page.classed("rr")) == 1
    assert len(page.classed("part-p")) == 1  # in lead II alone
    assert len(page.classed("flagged")) == 1
    assert len(page.classed("unflagged")) == 9
    assert "0:02:40" in page.text  # of the beat, 160.5 s


def test_the_shade_stands_where_the_part_is():
    page = page_of(flagged=[200], reasons=["wide QRS complex: 164 ms, usually 92 ms"])
    first, second = page.classed("part-qrs")
    start_s = 160.5 - 4.0
    left = (float(first["x"]) - 2) / 25 + start_s
    assert left == pytest.approx(160.5 - 0.08, abs=0.01)
    assert float(first["width"]) == pytest.approx(25 * 0.18)
    assert float(second["y"]) == pytest.approx(float(first["y"]) + float(first["height"]))


def test_the_strip_of_a_finding_marks_how_long_it_lasts_and_no_part_of_a_beat():
    time_s = np.arange(0.5, 600, 0.8)
    drawn, decisions = DrawnRecording(time_s, 600.0), decide(time_s, time_s == 160.5)
    found = Finding("asystole", 159.0, 163.0, 163.0, 0, None, 0.9, "why", "II")
    summary = summed(drawn, decisions) | {
        "findings": [found.to_row()],
        "kinds_found": {"asystole": 1},
        "finding_groups": [group.to_row() for group in group_findings([found])],
    }
    page = Page(render_triage_page(drawn, decisions, summary, only="critical"))
    (bar,) = page.classed("found")
    assert float(bar["width"]) == pytest.approx(25 * 4.0)
    assert page.classed("part") == []
    assert "as long as the finding lasts" in page.text
    assert "as long as the finding lasts" not in page_of().text


def test_the_verdict_comes_before_how_it_was_read():
    time_s = np.arange(0.5, 600, 0.8)
    drawn, decisions = DrawnRecording(time_s, 600.0), decide(time_s, time_s > 500)
    decisions.lead[:100] = "V1"
    html = render_triage_page(drawn, decisions, summed(drawn, decisions))
    assert html.index('class="verdict"') < html.index("Each beat is read on the first lead")


def test_no_flag_and_no_beat_are_said():
    page = page_of(flagged=[])
    assert "No beat was flagged" in page.text
    assert page.classed("strip") == []
    silent = page_of(flagged=[], duration_s=0.4, segments=[Segment(0.0, 0.4, "flat")])
    assert "No beat could be read" in silent.text


@pytest.mark.parametrize("fill", [np.nan, np.inf, 0.0, 1e30])
def test_any_signal_is_drawn(fill: float):
    page = page_of(fill=fill)
    assert len(page.classed("strip")) == 40
    assert ("nothing recorded" in page.text) == (not np.isfinite(fill))


def test_a_recording_shorter_than_a_strip_is_drawn():
    assert len(page_of(flagged=[1], duration_s=2.0).classed("strip")) == 1


@pytest.mark.parametrize("n_leads", [1, 3, 12])
def test_every_lead_is_drawn_and_the_page_stays_small(n_leads: int, tmp_path: Path):
    time_s = np.arange(0.5, 7200, 0.8)
    leads = tuple(f"L{k}" for k in range(n_leads))
    drawn = DrawnRecording(time_s, 7200.0, 1000.0, leads)
    decisions = decide(time_s, np.arange(len(time_s)) % 15 == 0)
    write_page(tmp_path / "r.html", drawn, decisions, summed(drawn, decisions))
    html = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert html.count('class="trace"') == 40 * n_leads
    assert len(html) < 3_000_000
    assert drawn.n_read <= 40 * 8 * 1000  # nothing but the strips is read


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'a"b & c', "é µ ü ☃", "x" * 300])
def test_names_and_reasons_are_escaped(name: str):
    reason = f"QRS shape unlike the usual beat ({name})"
    page = page_of(
        flagged=[50],
        reasons=[reason],
        name=name,
        leads=("II", name),
        segments=[Segment(1, 2, name)],
    )
    assert page.text.count(name) >= 4
    assert "script" not in {tag for tag, _ in page.tags}
    assert len(page.classed("part-qrs")) == 1


def test_unreadable_segments_are_listed_and_hatched():
    segments = [Segment(10.0, 20.0, "flat"), Segment(100.0, 103.0, "no beat found")]
    page = page_of(segments=segments)
    hatched = [a for a in page.classed("unread") if a["d"].startswith("M")]
    assert len(hatched) == 2
    assert "0:00:10.0" in page.text
    assert "Look at it" in page.text
    many = [Segment(float(k), k + 0.1, "flat") for k in range(0, 600)]
    assert "50 of 600" in page_of(segments=many).text


@pytest.mark.parametrize("reason", sorted(MEANINGS))
def test_what_a_reason_means_is_said_where_it_occurs_and_nowhere_else(reason):
    said, other = (page_of(segments=[Segment(10.0, 20.0, r)]).text for r in (reason, "flat"))
    assert f"{reason}: {MEANINGS[reason]}." in said
    assert MEANINGS[reason] not in other


def test_a_detector_that_states_no_rate_says_none():
    time_s = np.arange(0.5, 60, 0.8)
    drawn, decisions = DrawnRecording(time_s, 60.0), decide(time_s, time_s > 50)
    summary = summed(drawn, decisions)
    summary["detector"] = {**DETECTOR, "stated_false_alarm_rate": None, "trained_on": None}
    text = Page(render_triage_page(drawn, decisions, summary)).text
    assert "calibration" not in text
    assert "above 1.5." in text
    summary["detector"] = {}
    assert "above –." in Page(render_triage_page(drawn, decisions, summary)).text


def test_equal_input_gives_equal_bytes():
    time_s = np.arange(0.5, 60, 0.8)
    drawn, decisions = DrawnRecording(time_s, 60.0), decide(time_s, time_s > 30)
    first, second = (
        render_triage_page(drawn, decisions, summed(drawn, decisions)) for _ in range(2)
    )
    assert first == second


TIME_S = np.arange(0.5, 3600, 0.8)


def flag(*rows: int) -> np.ndarray:
    flagged = np.zeros(len(TIME_S), dtype=bool)
    flagged[list(rows)] = True
    return flagged


@pytest.mark.parametrize("block", [1, 2, 100])
def test_kinds_are_counted_once_per_beat_and_the_strongest_apart(monkeypatch, block: int):
    monkeypatch.setattr("ecg_anomaly.triage.triage_page._BLOCK_BEATS", block)
    decisions = decide(TIME_S, flag(3, 10, 20, 30, 40))
    rows = {label: (n, strongest) for label, n, strongest in count_kinds(decisions)}
    assert rows == {
        "premature": (2, 2),
        "P wave missing": (2, 0),
        "wide QRS complex": (1, 1),
        "QRS complex turned over": (1, 0),
        "ST-T": (1, 1),
        "shape and rhythm together": (1, 1),
    }


def test_without_flags_or_beats_nothing_is_counted():
    assert count_kinds(decide(TIME_S, flag())) == []
    assert count_kinds(decide(TIME_S[:0], flag()[:0])) == []

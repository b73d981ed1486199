from markupsafe import Markup

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.finding_groups import group_findings
from ecg_anomaly.triage.finding_list import (
    DRAWN,
    MOST_ROWS,
    ONLY,
    arrange_findings,
    levels_shown,
    place_strip,
)
from ecg_anomaly.triage.strips import Strip


def make(kind: str, start_s: float, end_s: float) -> dict:
    return Finding(kind, start_s, end_s, end_s, 2, 60.0, 0.9, "why", "II").to_row()


def strip(number: int, start_s: float) -> Strip:
    return Strip(number, start_s, start_s + 8, 0, 0, 0, 0, "late", 1)


def arrange(rows: list[dict], only: str = "all", strips=()) -> tuple[list[dict], list[Strip]]:
    kinds = [row["kind"] for row in rows]
    found = [Finding(**{name: row[name] for name in Finding.__annotations__}) for row in rows]
    summary = {
        "findings": rows,
        "kinds_found": {kind: kinds.count(kind) for kind in kinds},
        "finding_groups": [group.to_row() for group in group_findings(found)],
    }
    drawn: list[Strip] = []

    def draw(strip: Strip) -> Markup:
        drawn.append(strip)
        return Markup("<svg/>")

    return arrange_findings(summary, strips, 600.0, draw, only), drawn


ROWS = [make("asystole", 10, 15), make("pause", 100, 103), make("couplet", 300, 301)]


def test_only_leaves_the_levels_above():
    shown = {only: [g["level"] for g in arrange(ROWS, only)[0]] for only in ONLY}
    assert shown["critical"] == ["critical"]
    assert shown["high"] == ["critical", "high"]
    assert levels_shown("all") == ("critical", "high", "review", "technical")


def test_the_first_critical_ones_are_drawn():
    groups, drawn = arrange([make("asystole", 50 * k, 50 * k + 5) for k in range(1, 12)])
    assert groups[0]["count"] == 11
    assert len(groups[0]["rows"]) == MOST_ROWS
    assert len(drawn) == DRAWN["critical"]
    assert drawn[0].start_s < 50 < 55 < drawn[0].end_s
    assert drawn[0].found_s == (50, 55)
    assert groups[0]["drawn"]
    assert [group["drawn"] for group in arrange(ROWS)[0]] == [True, True, False]


def test_repeated_findings_are_said_in_a_line():
    rows = [make("pause", 10.0 * k, 10.0 * k + 2 + k / 100) for k in range(1, 51)]
    (group,) = arrange(sorted(rows, key=lambda row: row["start_s"] - row["end_s"]))[0]
    assert group["count"] == 50
    assert (
        group["said"] == "50 times, first at 0:00:10, longest 2.5 s at 0:08:20, in 9 of 10 minutes"
    )
    assert group["times"].startswith("0:00:10, 0:00:20, ")
    assert len(group["times"].split(", ")) == 50
    (single,) = arrange(rows[:1])[0]
    assert (single["said"], single["times"]) == ("at 0:00:10: why", "")


def test_groups_of_beats_and_reasons_are_no_times():
    (group,) = arrange([make("single_beats", 10.0 * k, 10.0 * k + 1) for k in range(1, 4)])[0]
    beats = sum(row["beats"] for row in group["rows"])
    assert group["said"] == f"{beats} beats of 3 kinds, first at 0:00:10"
    (group,) = arrange([make("signal", 10, 12), make("signal", 5, 6)])[0]
    assert group["said"] == "for 2 reasons, first at 0:00:05"


def test_columns_that_hold_nothing_are_named():
    row = {**make("asystole", 10, 15), "beats": 0, "rate_bpm": None, "lead": "II"}
    (group,) = arrange([row, {**row, "lead": ""}])[0]
    assert group["has"] == {"beats": False, "rate_bpm": False, "lead": True}


def test_of_very_many_some_times_are_listed():
    (group,) = arrange([make("couplet", float(k), k + 0.5) for k in range(500)])[0]
    assert group["times"].endswith(" and 440 more")


def test_the_others_are_linked_to_the_nearest_strip():
    groups, _ = arrange(ROWS, strips=[strip(1, 20.0), strip(2, 296.0), strip(3, 500.0)])
    assert groups[2]["rows"][0]["strip"] == 2
    assert groups[2]["rows"][0]["plot"] is None


def test_without_strips_there_is_no_link():
    assert arrange(ROWS)[0][2]["rows"][0]["strip"] is None


def test_a_strip_stays_inside_the_recording():
    for start_s, end_s in ((0, 5), (595, 600), (100, 400), (0, 0)):
        placed = place_strip(make("asystole", start_s, end_s), 600.0)
        assert 0 <= placed.start_s < placed.end_s <= 600
    short = place_strip(make("asystole", 0, 5), 5.0)
    assert (short.start_s, short.end_s) == (0, 5)

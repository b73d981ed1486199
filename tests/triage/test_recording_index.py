from dataclasses import replace
from pathlib import Path

import pytest

from ecg_anomaly.triage.recording_index import INDEX, IndexRow, write_index


def row(name: str, critical: int = 0, high: int = 0, page: str | None = None) -> IndexRow:
    levels = {"critical": critical, "high": high, "review": 0, "technical": 0}
    return IndexRow(name, f"{name}.html" if page is None else page, "a verdict", levels)


def order(text: str, *names: str) -> list[str]:
    return sorted(names, key=lambda name: text.index(f">{name}<"))


def test_the_most_critical_recording_comes_first(tmp_path: Path):
    failed = IndexRow("broken", "", "not scored: gain is 0", {})
    rows = [row("calm"), row("busy", high=4), failed, row("urgent", 1), row("worst", 2)]
    assert write_index(tmp_path, rows)
    text = (tmp_path / INDEX).read_text()
    names = order(text, "calm", "busy", "broken", "urgent", "worst")
    assert names == ["worst", "urgent", "broken", "busy", "calm"]
    assert 'href="worst.html"' in text
    assert "not scored: gain is 0" in text


def test_a_worse_kind_counts_for_more_than_many(tmp_path: Path):
    rows = [
        replace(row("slow", 15), worst="extreme_bradycardia"),
        replace(row("flutter", 1), worst="ventricular_fibrillation"),
        replace(row("silent", 2), worst="asystole"),
        replace(row("silent_often", 5), worst="asystole"),
        replace(row("paused", high=99), worst="pause"),
    ]
    assert write_index(tmp_path, rows)
    text = (tmp_path / INDEX).read_text()
    expected = ["flutter", "silent_often", "silent", "slow", "paused"]
    assert order(text, *expected) == expected


def test_names_are_escaped(tmp_path: Path):
    write_index(tmp_path, [row("<b>", page="a b/<b>.html"), row("x")])
    text = (tmp_path / INDEX).read_text()
    assert "<b>" not in text
    assert 'href="a%20b/%3Cb%3E.html"' in text


@pytest.mark.parametrize("name", ["index"])
def test_a_recording_of_that_name_keeps_its_page(tmp_path: Path, name: str):
    (tmp_path / INDEX).write_text("the page of the recording")
    assert not write_index(tmp_path, [row(name), row("x")])
    assert (tmp_path / INDEX).read_text() == "the page of the recording"

import re

import numpy as np
import pytest

from ecg_anomaly.archive.archive_page import LABELS, MEANINGS, draw_counts, page_of, render_archive
from ecg_anomaly.archive.archive_summary import DISTRIBUTIONS, ArchiveSummary
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import empty_row
from ecg_anomaly.archive.recording_scoring import FAILURES, KILLED, UNREADABLE


@pytest.fixture
def summary() -> ArchiveSummary:
    filled = ArchiveSummary(hours=1.0, beats=100, flagged=3)
    filled.outcomes.update(scored=1, failed=2)
    filled.levels.update(critical=1)
    filled.failures.update({"missing": 2})
    counts = dict.fromkeys(("critical", "high", "review", "technical"), 1)
    row = empty_row(ManifestRow("/data/a & b"), "d") | counts
    filled.worst.append({**row, "name": "<script>", "verdict": "1 critical", "burden": None})
    filled.examples["missing"] = [{**row, "reason": "/x: no such file; check"}]
    return filled


def test_a_page_is_one_file_and_escapes_what_it_shows(summary):
    text = render_archive(summary, "s3://b/t", "models:/x@y", "ecg-anomaly archive-page URI")
    assert "&lt;script&gt;" in text
    assert "<script" not in text
    assert "no such file" in text
    assert "http" not in text.replace("http://www.w3.org", "")
    assert text == render_archive(
        summary, "s3://b/t", "models:/x@y", "ecg-anomaly archive-page URI"
    )


def test_a_recording_is_linked_once_its_page_is_there(unrendered, summary):
    page = f"{page_of('/data/a & b')}/a.html"
    linked = render_archive(summary, "t", "d", "c", {"/data/a & b": page})
    assert f'href="{page}"' in linked
    assert 'href="recordings' not in render_archive(summary, "t", "d", "c")


def test_an_archive_of_nothing_has_a_page(unrendered):
    text = render_archive(ArchiveSummary(), "t", "d", "c")
    assert "No recording was scored." in text
    assert "Every recording was scored." in text


def test_every_failure_and_distribution_is_explained():
    assert {name for _, name in FAILURES} | {KILLED, UNREADABLE} == MEANINGS.keys()
    assert DISTRIBUTIONS.keys() == LABELS.keys()


def test_a_few_recordings_are_counted_in_whole_numbers():
    counts = np.zeros(DISTRIBUTIONS["quality"][2], np.int64)
    counts[-2:] = 1, 2
    texts = re.findall(r"<!-- (.*?) -->", draw_counts("quality", counts))
    assert texts[texts.index(LABELS["quality"]) + 1 :] == ["0", "1", "2", "recordings"]


def test_bars_are_drawn_the_same_each_time():
    counts = np.arange(50)
    assert draw_counts("quality", counts) == draw_counts("quality", counts)
    assert draw_counts("quality", counts) != draw_counts("quality", counts[::-1])

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.exploration.exploration_page import render_exploration
from ecg_anomaly.exploration.exploration_summary import summarise_records
from ecg_anomaly.records.record import Record, UnusableRecord

VOID = {"meta", "img", "br", "link", "input", "hr"}


def summarise(records, **options):
    return summarise_records(records, preprocess_config(), **options)


class Reader(HTMLParser):
    """Collects tags, visible text and titles of plots, and refuses tags that do not match."""

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.text, self.plots = [], [], "", []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "img":
            self.plots.append(dict(attrs)["alt"].split(" ")[0])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.text += data


def read_page(*records):
    return Reader(render_exploration(summarise(records)))


def skipped(page):
    return re.findall(r"Skipped: ([^.]*)\.", page.text)


def test_labelled_records_show_every_plot_but_lengths(unrendered, make_record):
    page = read_page(make_record("a", "NNVN" * 5, leads=("II", "V1")), make_record("b"))
    assert page.plots == ["One", "Bars", "Histograms", "Median", "Mean"]
    assert skipped(page) == []
    assert "Not a medical device" in page.text


def test_the_page_needs_no_other_file(unrendered, make_record):
    page = read_page(make_record())
    sources = [attrs[key] for _, attrs in page.tags for key in ("src", "href") if key in attrs]
    assert all(source.startswith(("data:", "#")) for source in sources)
    assert {"script", "link", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    assert {source[1:] for source in sources if source.startswith("#")} <= ids


def test_equal_summaries_give_equal_pages_also_through_json(make_record, cut_out_record):
    summary = summarise([make_record(symbols="NNVNA" * 3), cut_out_record])
    assert render_exploration(summary) == render_exploration(json.loads(json.dumps(summary)))


def test_unlabelled_records_say_what_was_skipped_and_why(unrendered, make_record):
    page = read_page(replace(make_record(), annotations=None))
    assert page.plots == ["One"]
    assert len(skipped(page)) == 3
    assert all("these records have no" in reason for reason in skipped(page))


def test_beats_laid_end_to_end_show_mean_beats_and_no_rr(unrendered, cut_out_record):
    page = read_page(cut_out_record)
    assert page.plots == ["One", "Bars", "Mean"]
    (reason,) = skipped(page)
    assert "laid end to end" in reason


def test_labels_without_a_beat_are_not_called_unlabelled(unrendered, make_record):
    page = read_page(make_record(symbols="+~"))
    assert len(skipped(page)) == 3
    assert not any("have no" in reason for reason in skipped(page))
    assert "change of rhythm" in page.text


def test_records_of_every_kind_fit_on_one_page(make_record, cut_out_record):
    unlabelled = replace(make_record("u", fs=500.0, leads=("V1", "II")), annotations=None)
    page = read_page(make_record("a"), unlabelled, cut_out_record)
    assert page.plots.count("Mean") == 2
    assert "unlabelled" in page.text
    assert "cut-out beats" in page.text


def test_many_lengths_are_drawn(unrendered, make_record):
    records = [make_record(f"r{i}", "N" * (4 + i)) for i in range(8)]
    assert read_page(*records).plots[0] == "Histogram"


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_record_without_a_signal_has_a_page(make_record, value):
    record = make_record("dead")
    page = read_page(replace(record, signal=np.full_like(record.signal, value)))
    assert "One" in page.plots
    assert "100%" in page.text
    assert "dead" in page.text


def test_a_record_without_samples_has_a_page():
    page = read_page(Record("r", "s", np.zeros((0, 1), np.float32), 250.0, ("II",)))
    assert page.plots == []
    assert "No record is as long as one beat" in page.text


def test_names_are_text_and_neither_tags_nor_formulas(make_record):
    name = "<i>$x_$</i>" + "y" * 40 + "心"
    page = read_page(make_record(name))
    assert name in page.text
    assert "i" not in {tag for tag, _ in page.tags}


def test_long_tables_are_cut_and_say_so(unrendered, make_record, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.exploration.exploration_page.MAX_TABLE_ROWS", 2)
    page = read_page(*(make_record(f"r{i}", "NNNN") for i in range(3)))
    assert page.text.count("The first 2 of 3 rows") == 3


def test_the_most_flawed_record_stands_first(unrendered, make_record):
    bad = make_record("bad")
    bad.signal[:] = np.nan
    text = read_page(make_record("fine"), bad).text
    table = text[text.index("Flawed windows") :]
    assert table.index("bad") < table.index("fine")


def test_records_that_are_left_out_are_listed_with_their_reason(unrendered, make_record):
    out = [UnusableRecord("p/<b>", "p", "header: <script>"), UnusableRecord("y", "y", "too short")]
    html = render_exploration(summarise([make_record("a")], left_out=out))
    assert "<script>" not in html
    text = Reader(html).text
    for part in ("Left out", "2 records are in no split", "p/<b>", "header: <script>", "too short"):
        assert part in text
    assert "Left out" not in read_page(make_record("a")).text


def test_notes_on_records_are_listed(unrendered, make_record):
    noted = replace(make_record("p/<b>"), notes=("no gain for <i>", "not read: RESP"))
    html = render_exploration(summarise([noted, make_record("a")]))
    assert "<i>" not in html
    text = Reader(html).text
    for part in ("Notes", "no gain for <i>", "not read: RESP", "p/<b>"):
        assert part in text
    assert "Notes" not in read_page(make_record("a")).text

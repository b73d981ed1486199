from dataclasses import replace
from pathlib import Path

from default_config import pipeline_config
from ecg_anomaly.detector.explanation.wording import WORDINGS
from lab import reason_counts
from lab.reason_counts import ReasonCounts, count_reasons, tabulate_reasons

CONFIG = pipeline_config()


def test_reasons_are_counted_by_class_and_the_first_two_by_aspect():
    counts = ReasonCounts()
    counts.add("V", ["premature", "no_p", "wide_qrs"])
    counts.add("V", ["wide_qrs"])
    counts.add("N", ["together"])
    table = tabulate_reasons(counts).splitlines()
    assert table[0] == "| | N (1) | V (2) |"
    shares = {row.split(" | ")[0].strip("| "): row.split(" | ")[1:] for row in table[2:]}
    assert shares["premature"] == ["0.0 %", "50.0 % |"]
    assert shares["wide QRS complex"] == ["0.0 %", "100.0 % |"]
    assert [row for name, row in shares.items() if "QRS complex (" in name] == [
        ["0.0 %", "50.0 % |"]
    ]
    assert len(shares) == 2 + len(WORDINGS)


def test_ventricular_beats_are_explained_by_their_complex_and_normal_ones_by_little(
    simulated_records,
):
    counts = count_reasons(simulated_records[:6], set(), CONFIG)
    n_normal, n_ventricular = counts.n_beats["N"], counts.n_beats["V"]
    assert min(n_normal, n_ventricular) > 20
    assert counts.given["N", "together"] > 0.7 * n_normal
    complexes = sum(counts.first["V", a] for a in ["the QRS complex (width, shape, amplitude)"])
    assert complexes > 0.9 * n_ventricular


def test_subjects_left_out_and_records_without_labels_are_not_looked_at(simulated_records):
    first, second = simulated_records[:2]
    unlabelled = replace(second, annotations=None)
    assert not count_reasons([first, unlabelled], {first.name}, CONFIG).n_beats


def test_the_page_in_the_repository_has_its_marks_once():
    page = (Path(__file__).resolve().parents[2] / "docs" / reason_counts.PAGE).read_text("utf-8")
    assert page.count(reason_counts.BEGIN) == page.count(reason_counts.END) == 1

"""Tables of single findings."""

from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from ecg_anomaly.evaluation.ec57.record_comparison import ec57_from_beats
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.finding_counts import FindingCounts
from lab.findings.finding_tables import list_outside, list_pauses, tabulate_findings
from lab.findings.reference_rhythms import ReferenceRhythms


def row(kind: str, start_s: float, end_s: float):
    return Finding(kind, start_s, end_s, end_s, 2, 60.0, 0.9, "why").to_row()


def test_fibrillation_and_what_is_false_outside_of_episodes_is_listed():
    rows = [row("ventricular_fibrillation", 165, 170), row("asystole", 900, 910)]
    rows += [row("extreme_bradycardia", 400, 420)]
    counts = FindingCounts()
    counts.add(ReferenceRhythms(3600.0, [(100, 160)], [], True), rows, FindingLimits(), "cu01")
    table = list_outside({"cudb": counts}).splitlines()[2:]
    assert table == [
        "| ventricular fibrillation | cu01 | 165.0 | 170.0 | early or late |",
        "| extreme bradycardia | cu01 | 400.0 | 420.0 | false |",
    ]


def test_pauses_that_are_missed_and_wrong_are_listed_by_record():
    counts, rows = FindingCounts(), [row("pause", 10, 13), row("pause", 50, 53)]
    for record, pauses in (("cu01", [(10, 13), (70, 74)]), ("cu02", [(1, 4), (50, 53), (80, 83)])):
        reference = ReferenceRhythms(3600.0, [], pauses, True)
        counts.add(reference, rows, FindingLimits(), record)
    lines = list_pauses({"cudb": counts}).splitlines()[2:]
    assert lines == ["| missed, cudb | cu02 2, cu01 1 |", "| wrong, cudb | cu01 1, cu02 1 |"]


def test_the_table_has_a_column_for_each_database():
    compared = ec57_from_beats([108_000, 108_360], ["N", "V"], [108_005, 108_350], ["N", "V"], 360)
    counts = {
        "cudb": FindingCounts(2, 1, 1, [3.0], rest_s=3600.0),
        "mitdb": FindingCounts(rest_s=3600.0, calm_s=1800.0),
    }
    table = tabulate_findings(counts, Ec57Report("atr", "anom", [compared]))
    assert "| | Creighton | MIT-BIH |" in table
    assert "| episodes found by a critical finding | 1 of 2 | – |" in table
    assert "| critical ones an hour where the reference has none | – | 0.00 (0.5 h) |" in table
    assert "VEB" in table

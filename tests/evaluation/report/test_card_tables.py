"""The tables of a card: every number that metrics.json has, no name of a record, no None."""

from ecg_anomaly.evaluation.report.card_tables import (
    METRICS,
    count_names,
    draw_table,
    format_metric,
    list_tables,
)

NUMBERS = dict.fromkeys(METRICS, 0.9)
RECORD = {"auroc": 0.9, "average_precision": 0.5, "recall": None, "specificity": 0.75}
LIMITS = ("low", "high")
FULL = {
    "detector": {**NUMBERS, "f1": None},
    "intervals": [
        {"figure": "auroc", "low": 0.8, "high": 0.95},
        {"figure": "recall", "low": None, "high": None},
    ],
    "false_alarm_rate": {"stated": 0.02, "realised": 0.025},
    "ec57": {"records": 2, "veb_sensitivity_gross": 0.875, "veb_sensitivity_average": None},
    "per_class": [
        {"class": "V", "beats": 1200, "flagged_share": 0.99, "auroc": 0.97},
        {"class": "Q", "beats": 0, "flagged_share": None, "auroc": None},
    ],
    "per_record": [{"record": "MillerAnna", **RECORD}, {"record": "x", **RECORD, "auroc": 0.7}],
}


def text_of(metrics: dict) -> str:
    return "\n".join(list_tables(metrics))


def test_every_group_of_numbers_has_its_table():
    text = text_of(FULL)
    assert "0.900 [0.800, 0.950]" in text
    assert "0.025 (stated 0.02)" in text
    assert "| VEB | 0.875, - | -, - |" in text
    assert "| V | 1,200 | 0.990 | 0.970 |" in text
    assert "| Q |" not in text
    assert "| worst | 0.700 | 0.500 | - | 0.750 |" in text
    assert "| median | 0.800 | 0.500 | - | 0.750 |" in text


def test_records_are_counted_and_not_named():
    assert "of 2" in text_of(FULL)
    assert "Miller" not in text_of(FULL)


def test_what_is_not_there_has_no_table():
    least = {key: FULL[key] for key in ("detector", "intervals", "false_alarm_rate")}
    assert len(list_tables(least)) == 1
    assert "None" not in text_of({**least, "ec57": {"records": 0}})
    assert list_tables({"labelled": False}) == []


def test_subgroups_have_intervals_and_name_a_condition_once():
    limits = {f"{m}_{end}": None for m in ("auroc", "recall", "specificity") for end in LIMITS}
    known = {"auroc_low": 0.8, "auroc_high": 0.95}
    counts = {"subjects": 2, "beats": 1000, "abnormal": 7}
    rows = [
        {"by": "lead", "group": "II", **counts, **RECORD, **limits, **known},
        {"by": "lead", "group": "V|1", **counts, **RECORD, **limits},
        {"by": "quality", "group": "0.9 or more", **counts, **RECORD, **limits},
    ]
    text = text_of({**FULL, "subgroups": rows})
    assert "| lead | II | 2 | 1,000 (7) | 0.900 [0.800, 0.950] | - | 0.750 |" in text
    assert "|  | V\\|1 | 2 | 1,000 (7) | 0.900 | - | 0.750 |" in text
    assert "| quality | 0.9 or more |" in text
    assert "By lead" not in text_of({**FULL, "subgroups": []})


def test_words_and_lines():
    assert format_metric(None) == "-"
    assert count_names(["b", "a", "b"]) == [("b", 2), ("a", 1)]
    assert draw_table(["a"], [["1"]]).splitlines()[1] == "| --- |"

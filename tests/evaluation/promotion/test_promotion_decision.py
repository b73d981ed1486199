"""What is decided on the rows of a comparison, and how it is written."""

import json

from ecg_anomaly.evaluation.promotion.gate import BROKEN, HELD, NOT_MEASURED, GateRow
from ecg_anomaly.evaluation.promotion.promotion_decision import (
    decide_promotion,
    describe_decision,
    list_rows,
)

NAN = float("nan")
F1 = GateRow("f1", 0.5, 0.75, 0.1, 0.4, 0.02, HELD)
WORSE = GateRow("average_precision", 0.9, 0.8, -0.2, -0.05, 0.02, BROKEN)
ABSENT = GateRow("sveb_sensitivity", NAN, NAN, NAN, NAN, 0.05, NOT_MEASURED)
SPEED = GateRow("slowdown", 2.0, 2.5, 1.25, 1.25, 1.25, HELD)


def decide(*rows: GateRow, force: str = ""):
    return decide_promotion(rows, "2 recordings", "ab" * 32, force)


def test_all_rows_must_hold_and_what_neither_has_does_not_count():
    assert decide(F1, ABSENT, SPEED).result == "promoted"
    assert decide(F1, WORSE, SPEED).result == "refused"
    assert decide(F1, WORSE, SPEED).broken == ["average_precision"]


def test_speed_alone_promotes_nothing():
    assert not decide(SPEED, ABSENT).promotes
    assert not decide().promotes


def test_force_promotes_for_its_reason():
    decision = decide(WORSE, force="the recorder changed")
    assert decision.promotes
    assert decision.result == "forced"
    assert "By force: the recorder changed" in describe_decision(decision, "3", "2")


def test_the_text_names_versions_and_protocol_and_has_every_row():
    text = describe_decision(decide(F1, WORSE, ABSENT, SPEED), "3", "2")
    assert text.startswith("## Promotion: refused\n\nVersion 3 against version 2, 2 recordings.")
    assert "| F1 | 0.500 | 0.750 | +0.100 to +0.400 | -0.020 | holds |" in text
    assert "| SVEB sensitivity | - | - | - | -0.050 | not measured |" in text
    assert "| seconds of computing | 2.00 | 2.50 | x 1.25 | x 1.25 | holds |" in text


def test_rows_are_json_without_nan():
    text = json.dumps(list_rows([ABSENT, F1]), allow_nan=False)
    assert json.loads(text)[0]["champion"] is None
    assert json.loads(text)[1]["low"] == 0.1

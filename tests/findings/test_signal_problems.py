from types import SimpleNamespace

from hand_made_beats import make_steady

from ecg_anomaly.findings.signal_problems import find_signal_problems


def span(start_s: float, end_s: float, reason: str) -> SimpleNamespace:
    return SimpleNamespace(start_s=start_s, end_s=end_s, reason=reason)


def test_spans_of_one_reason_are_one_technical_finding_at_the_longest():
    spans = [span(1, 2, "noise"), span(5, 6.5, "flat"), span(8, 13, "noise")]
    noise, flat = find_signal_problems(spans, make_steady(20))
    assert (noise.level, noise.start_s, noise.end_s) == ("technical", 8, 13)
    assert noise.why == "noise: 2 spans, 6 s in all"
    assert noise.lead == "II"
    assert noise.rate_bpm is None
    assert flat.why == "flat: 2 s in all"


def test_a_span_without_beats_names_no_lead():
    (found,) = find_signal_problems([span(100, 900, "flat")], make_steady(20))
    assert (found.lead, found.beats) == ("", 0)


def test_a_recording_that_can_be_read_has_none():
    ends = [span(0, 0.3, "outside record"), span(16.0, 16.2, "outside record")]
    assert find_signal_problems(ends, make_steady(20)) == []
    assert find_signal_problems([], make_steady(20)) == []

import numpy as np

from ecg_anomaly.archive.drift.drift_comparison import compare_values
from ecg_anomaly.archive.drift.drift_page import draw_both, render_drift
from ecg_anomaly.archive.drift.recording_profile import MEASURES


def values(shift: float) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {name: np.sort(rng.normal(size=30)) + shift for name in MEASURES}


def test_a_page_says_what_drifts_and_needs_nothing_else():
    drifting = compare_values(values(0.0), values(3.0))
    page = render_drift(drifting, "s3://a & b", "the detector", 0.05)
    assert page.count(">drifts<") == len(MEASURES)
    assert "s3://a &amp; b" in page
    assert "at most 5.0%" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert page == render_drift(drifting, "s3://a & b", "the detector", 0.05)


def test_a_page_without_drift_says_so(unrendered):
    page = render_drift(compare_values(values(0.0), values(0.0)), "a", "b", 0.05)
    assert ">drifts<" not in page
    assert "no drift" in page


def test_both_sides_are_drawn():
    found = compare_values(values(0.0), values(3.0))
    assert draw_both(found[0]) != draw_both(compare_values(values(0.0), values(0.0))[0])

from hand_made_beats import kinds

from ecg_anomaly.findings.explained_findings import drop_explained
from ecg_anomaly.findings.finding import Finding


def make(kind: str, start_s: float, end_s: float) -> Finding:
    return Finding(kind, start_s, end_s, end_s, 0, None, 0.9, "why")


def test_fibrillation_explains_an_asystole_or_an_asystole_what_swings_in_it():
    asystole, vf = "asystole", "ventricular_fibrillation"
    long_vf = drop_explained([make(vf, 0, 30), make(asystole, 10, 15)])
    assert kinds(long_vf) == [vf]
    long_asystole = drop_explained([make(asystole, 0, 30), make(vf, 10, 15)])
    assert kinds(long_asystole) == [asystole]
    one_after_the_other = drop_explained([make(vf, 0, 20), make(asystole, 19, 30)])
    assert kinds(one_after_the_other) == [vf, asystole]


def test_of_a_tachycardia_that_is_found_twice_the_longer_finding_counts():
    vt = "ventricular_tachycardia"
    for pair in ([make(vt, 0, 30), make(vt, 2, 10)], [make(vt, 2, 10), make(vt, 0, 30)]):
        (left,) = drop_explained(pair)
        assert left.end_s == 30
    assert len(drop_explained([make(vt, 0, 30), make(vt, 27, 40)])) == 2
    assert kinds(drop_explained([make(vt, 0, 30), make("couplet", 3, 4)])) == [vt]

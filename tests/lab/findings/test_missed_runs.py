"""What is shown of runs that are missed or false."""

from hand_made_record import make_record

from lab.findings.missed_runs import describe_misses


def test_a_missed_couplet_is_shown_with_its_beats():
    lines = list(describe_misses(make_record(fusion=0.3), least=2))
    assert lines[0] == "208 missed: 2 beats"
    assert "360.00 F, 360.80 V" in lines[1]
    (fusion,) = [line for line in lines[2:] if line.strip().startswith("360.00")]
    assert fusion.split()[1] == "N"
    assert fusion.endswith("F 0.30")
    assert list(describe_misses(make_record(fusion=0.3), least=3)) == []


def test_a_false_couplet_is_shown_as_one():
    (first, *_) = describe_misses(make_record(codes="NV"), least=2)
    assert first == "208 false: 2 beats"


def test_what_is_as_in_the_reference_is_not_shown():
    assert list(describe_misses(make_record(), least=2)) == []

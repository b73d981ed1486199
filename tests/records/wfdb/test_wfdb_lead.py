import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_lead import parse_lead


def test_signal_lines_of_public_databases_are_understood():
    lines = {
        "100.dat 212 200 11 1024 995 -22131 0 MLII": ("212", 1, 0, "mV", -22131, "MLII"),
        "A0001.mat 16+24 1000/mV 16 0 28 -1716 0 I": ("16", 1, 24, "mV", -1716, "I"),
        "00001_lr.dat 16 1000.0(0)/mV 16 0 -119 1508 0 AVR": ("16", 1, 0, "mV", 1508, "AVR"),
        "x.dat 80x4:2+8 2.5e2(-5)/uV": ("80", 4, 8, "uV", None, "signal"),
    }
    for line, expected in lines.items():
        lead = parse_lead("x.hea", line)
        found = (lead.format, lead.samples_per_frame, lead.offset)
        assert (*found, lead.unit, lead.checksum, lead.name) == expected
    assert lead.skew == 2


def test_trailing_rubbish_is_refused():
    with pytest.raises(UserError, match="malformed"):
        parse_lead("x.hea", "x.dat 212 200 11 MLII")


@pytest.mark.parametrize(
    ("line", "gain", "baseline", "initial"),
    [
        ("x.dat 212 200 11 1024 995 -22131 0 MLII", 200.0, 1024, 995),
        ("x.dat 16 1000.0(-7)/mV 16 3 28 -1716 0 I", 1000.0, -7, 28),
        ("x.dat 16 -5e2/uV", -500.0, 0, 0),
    ],
)
def test_a_baseline_that_is_not_stated_is_the_zero_of_the_converter(line, gain, baseline, initial):
    lead = parse_lead("x.hea", line)
    assert (lead.gain, lead.baseline, lead.initial) == (gain, baseline, initial)


@pytest.mark.parametrize("file", ["../x.dat", "a/../../x.dat", "/x.dat", "\\x.dat", "C:x.dat"])
def test_a_file_outside_the_folder_is_refused(file):
    with pytest.raises(UserError, match=r"x\.hea: names .* outside the record's folder"):
        parse_lead("x.hea", f"{file} 212 200 11 0 0 0 0 MLII")


@pytest.mark.parametrize("form", ["16x0", "16x100001", "16:100001"])
def test_a_frame_or_lag_beyond_belief_is_refused(form):
    with pytest.raises(UserError, match=r"samples per frame|skew"):
        parse_lead("x.hea", f"x.dat {form} 200 11 0 0 0 0 MLII")


@pytest.mark.parametrize("gain", ["0", "0(0)/mV", "0.0/mV", ""])
def test_a_gain_that_is_0_or_absent_is_200_and_uncalibrated(gain):
    lead = parse_lead("x.hea", f"x.dat 212 {gain} 11 0 0 0 0 II" if gain else "x.dat 212")
    assert (lead.gain, lead.calibrated, lead.fault) == (200.0, False, "")


@pytest.mark.parametrize("gain", ["1e-300", "nan", "inf", "low"])
def test_a_gain_of_nonsense_is_a_fault_of_the_lead_alone(gain):
    assert gain in parse_lead("x.hea", f"x.dat 212 {gain}/mV 11 0 0 0 0 II").fault
    assert parse_lead("x.hea", f"x.dat 212 200 11 {'9' * 50} 0 0 0 II").fault


def test_a_message_shows_the_beginning_of_a_line_only():
    with pytest.raises(UserError) as caught:
        parse_lead("x.hea", "x.dat " + "y" * 5000)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize(
    ("form", "per_frame", "skew"), [("16x1", 1, 0), ("16x1:0", 1, 0), ("16x2:1", 2, 1)]
)
def test_the_least_numbers_of_samples_and_lag_may_be_written_out(form, per_frame, skew):
    lead = parse_lead("x.hea", f"x.dat {form} 200 11 0 0 0 0 MLII")
    assert (lead.samples_per_frame, lead.skew) == (per_frame, skew)

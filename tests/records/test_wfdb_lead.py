import pytest

from ecg_anomaly.errors import UserError
from ecg_anomaly.records.wfdb_lead import MILLIVOLTS, parse_lead


def test_signal_lines_of_public_databases_are_understood():
    lines = {
        "100.dat 212 200 11 1024 995 -22131 0 MLII": ("212", 1, 0, "mV", -22131, "MLII"),
        "A0001.mat 16+24 1000/mV 16 0 28 -1716 0 I": ("16", 1, 24, "mV", -1716, "I"),
        "00001_lr.dat 16 1000.0(0)/mV 16 0 -119 1508 0 AVR": ("16", 1, 0, "mV", 1508, "AVR"),
        "x.dat 80x4:2+8 2.5e2(-5)/uV": ("80", 4, 8, "uV", None, "ECG"),
    }
    for line, expected in lines.items():
        lead = parse_lead("x.hea", line)
        found = (lead.format, lead.samples_per_frame, lead.offset)
        assert (*found, lead.unit, lead.checksum, lead.name) == expected
    assert lead.skew == 2


def test_both_signs_for_micro_mean_the_same():
    assert MILLIVOLTS["\u00b5V"] == MILLIVOLTS["\u03bcV"] == MILLIVOLTS["uV"] == 1e-3


def test_trailing_rubbish_is_refused():
    with pytest.raises(UserError, match="malformed"):
        parse_lead("x.hea", "x.dat 212 200 11 MLII")

import doctest

import pytest

from ecg_anomaly.records import voltage_units
from ecg_anomaly.records.voltage_units import millivolts_per


@pytest.mark.parametrize(
    ("factor", "spellings"),
    [
        (1e3, ["V", "v", "Volt", "volts", "[V]"]),
        (1.0, ["mV", "mv", "MV", "millivolt", "milliVolts", "(mV)", " mV ", "mV."]),
        (1e-3, ["uV", "UV", "uv", "\u00b5V", "\u03bcV", "\u00b5v", "[\u00b5V]", "microvolts"]),
        (1e-3, ["\u00c2\u00b5V", "\u00ce\u00bcV", "muV", "'uV'", "u V"]),
        (1e-6, ["nV", "NV"]),
    ],
)
def test_units_of_voltage_are_known_in_every_spelling(factor, spellings):
    assert [millivolts_per(unit) for unit in spellings] == [factor] * len(spellings)


@pytest.mark.parametrize("unit", ["", "NU", "mmHg", "%", "bpm", "adu", "uT", "s", "Ohm", "mm", "?"])
def test_what_is_no_voltage_is_none(unit):
    assert millivolts_per(unit) is None


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(voltage_units).failed == 0

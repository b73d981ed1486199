"""Which signals of a recording are read: by name, unit, rate, and what the user says."""

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.ecg_signals import LeftOut, Signal, choose_signals
from ecg_anomaly.records.read_options import ReadOptions


def signals(*described: str) -> list[Signal]:
    """Make signals from ``name/unit/rate/fault``; mV and 1 where nothing is said."""
    parts = [(*text.split("/"), "", "", "", "")[:4] for text in described]
    return [Signal(n, u or "mV", float(r or 1), f) for n, u, r, f in parts]


def chosen(*described: str, **options) -> list[str]:
    found = signals(*described)
    choice = choose_signals("x", found, ReadOptions(**options))
    return [found[i].name for i in choice.columns]


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (("EEG C4", "ECG", "RESP"), ["ECG"]),
        (("RESP", "II", "PLETH", "V"), ["II", "V"]),
        (("chan 1", "chan 2"), ["chan 1", "chan 2"]),
        (("chan 1", "ECG"), ["ECG"]),
        (("II", "V1/mmHg", "V2/uV"), ["II", "V2"]),
        (("II//250", "V1//500", "RESP//1000"), ["V1"]),
        (("II", "V1///gain is 0"), ["II"]),
        (("II/UV", "V1/\u00b5V"), ["II", "V1"]),
    ],
)
def test_the_ecg_is_chosen(described, expected):
    assert chosen(*described) == expected


def test_a_lead_that_is_named_is_read_whatever_it_is_and_sets_the_rate():
    assert chosen("II//2", "V1//1", lead="ecg v1") == ["V1"]
    assert chosen("II", "SpO2", lead="spo2") == ["II", "SpO2"]
    assert chosen("ECG II", "II", lead="II") == ["ECG II", "II"]
    with pytest.raises(UserError, match=r"x: no lead 'V9' among II, V1; name one"):
        chosen("II", "V1", lead="V9")
    with pytest.raises(UserError, match=r"signal 'V1': gain is 0"):
        chosen("II", "V1///gain is 0", lead="V1")


def test_a_signal_to_ignore_is_left_out_and_every_other_with_its_reason():
    found = signals("ECG I", "II", "RESP", "V1//9/", "V2/mmHg", "V3///odd")
    choice = choose_signals("x", found, ReadOptions(ignore=("v1", "i")))
    assert choice.columns == (1,)
    assert choice.left_out == (
        LeftOut("ECG I", "--ignore"),
        LeftOut("RESP", "no ECG by its name"),
        LeftOut("V1", "--ignore"),
        LeftOut("V2", "unit 'mmHg'"),
        LeftOut("V3", "odd"),
    )
    assert choose_signals("x", signals("II//1", "V1//2"), ReadOptions()).left_out == (
        LeftOut("II", "another sampling rate"),
    )


def test_a_stated_unit_is_for_signals_without_one():
    described = [Signal("II", "", 1), Signal("V1", "uV", 1), Signal("V2", "adu", 1)]
    choice = choose_signals("x", described, ReadOptions(unit="V"))
    assert (choice.columns, choice.millivolts) == ((0, 1, 2), (1e3, 1e-3, 1e3))
    assert choose_signals("x", described, ReadOptions()).columns == (1,)
    with pytest.raises(UserError, match=r"signal 'II' has no unit.*--unit mV"):
        choose_signals("x", described[:1], ReadOptions())


def test_what_no_name_decides_is_looked_at():
    found = signals("chan 1", "chan 2", "chan 3")
    choice = choose_signals("x", found, ReadOptions())
    assert choice.doubtful
    kept = choice.keep([False, True, False], found)
    assert (kept.columns, kept.doubtful) == ((1,), False)
    assert [signal.name for signal in kept.left_out] == ["chan 1", "chan 3"]
    assert choice.keep([False] * 3, found).columns == (0, 1, 2)
    assert not choose_signals("x", signals("II", "chan 1"), ReadOptions()).doubtful


def test_no_ecg_is_refused_with_a_list_that_is_short():
    with pytest.raises(UserError, match=r"x: no ECG among the signals RESP, ABP; .*--lead"):
        chosen("RESP", "ABP")
    with pytest.raises(UserError) as caught:
        chosen(*[f"RESP {'long' * 40} {i}" for i in range(500)])
    assert len(str(caught.value)) < 250

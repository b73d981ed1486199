"""Names of signals from public databases and recorders: which are ECGs, and which lead."""

import doctest

import pytest

from ecg_anomaly.records import lead_names
from ecg_anomaly.records.lead_names import (
    MEASURED,
    MEASURED_BEGINNINGS,
    PLACES,
    WITHOUT_MEANING,
    SignalKind,
    is_named,
    kind_of,
    standard_lead,
)


def test_words_are_in_the_case_in_which_they_are_looked_up():
    for words in (MEASURED, MEASURED_BEGINNINGS, PLACES, WITHOUT_MEANING):
        assert all(word == word.casefold().strip() for word in words)


def test_no_word_is_that_of_a_lead():
    words = {*MEASURED, *MEASURED_BEGINNINGS, *PLACES, *WITHOUT_MEANING}
    assert [word for word in words if standard_lead(word)] == []


def test_a_word_stands_in_one_list():
    assert not MEASURED & PLACES
    assert not MEASURED & WITHOUT_MEANING
    assert not PLACES & WITHOUT_MEANING


LEADS = {
    "I": ["I", "i", "ECG I", "ECGI", "Lead I", "LeadI", "lead 1", "DI", "LA-RA", "Lead I (LA-RA)"],
    "II": [
        "II", "ii", "ECG lead II", "ECGII", "ECG II-Ref", "ECG_II", "EKG II", "lead_II", "Lead 2",
        "II [mV]", "II (mV)", "ecg.ii", "ECG II filtered", "DII", "LL-RA", "Ableitung II",
        "Abl. II", "Einthoven II", "Shimmer_ECG_LL-RA_24BIT_CAL", "\u2161", "leadII_uV",
    ],
    "III": ["III", "ECG III", "lead 3", "ECGIII", "LL-LA"],
    "MLII": ["MLII", "ML2", "mlII", "ML II", "ECG MLII"],
    "AVR": ["aVR", "AVR", "ECG aVR", "-aVR", "a VR", "ecg_avr"],
    "MCL1": ["MCL1", "MCL 1", "mcl_1", "ECG MCL1"],
    "V1": ["V1", "v1", "ECG V1", "ECGV1", "V1-Ref", "mod.V1", "ECG lead V1", "EKG-V1", "V1 (mV)"],
    "V5": ["V5", "Chan V5"], "V": ["V", "ECG V"], "V4R": ["V4R"], "CM5": ["CM5", "cm 5"],
    "V2-V3": ["V2-V3"], "VX": ["vx", "lead X", "Lead_x"], "ES": ["E-S"],
}  # fmt: skip


@pytest.mark.parametrize("lead", LEADS)
def test_every_spelling_of_a_lead_is_that_lead(lead):
    assert {name: standard_lead(name) for name in LEADS[lead]} == dict.fromkeys(LEADS[lead], lead)
    assert {kind_of(name) for name in LEADS[lead]} == {SignalKind.ECG}


@pytest.mark.parametrize(
    "name", ["ECG", "ecg", "EKG", "ECG1", "ECG 2", "ECG [uV]", "ecg_raw", "EKG R-EKG L",
             "Chest ECG", "ECG thorax", "ekgWave", "Elektrokardiogramm"],
)  # fmt: skip
def test_an_ecg_may_be_of_no_known_lead(name):
    assert (kind_of(name), standard_lead(name)) == (SignalKind.ECG, None)


@pytest.mark.parametrize(
    "name",
    ["RESP", "Resp. Imp.", "respiration", "Airflow", "Thorax", "ABDO", "CO2", "EtCO2", "SpO2",
     "SaO2", "PLETH", "PPG", "ppg_ir", "BVP", "ABP", "ART", "CVP", "PAP", "ICP", "BP",
     "EEG (C4-A1)", "EEG Fpz-Cz", "C4-A1", "Fp1", "O2-M1", "EOG(L)", "EMG Chin", "emg1",
     "HR", "heart rate", "HeartRate", "pulse", "RR", "rr_interval", "IBI", "ST II", "acc_x",
     "ACC X", "Accelerometer Y", "gyro_z", "x", "temp", "Temperature", "timer", "elapsed_time",
     "Elapsed time", "time", "t",
     "timestamp [ms]", "sensor timestamp [ns]", "Phone timestamp", "sample #", "index",
     "Unnamed: 0", "counter", "Marker", "event", "Trigger", "STATUS", "ECG quality", "ECG resp",
     "annotation"],
)  # fmt: skip
def test_other_signals_are_no_ecg(name):
    assert kind_of(name) is SignalKind.OTHER


@pytest.mark.parametrize(
    "name", ["chan 1", "ch2", "signal", "voltage", "value", "tII", "temple", ""]
)
def test_a_name_may_say_nothing(name):
    assert (kind_of(name), standard_lead(name)) == (SignalKind.UNKNOWN, None)


def test_a_user_may_spell_a_lead_in_any_way():
    assert is_named("ECG lead II", "ii")
    assert is_named("EEG  Fpz-Cz", "eeg fpz-cz")
    assert not is_named("III", "II")
    assert not is_named("ECG 2", "ECG 1")


def test_the_examples_in_the_docstrings_hold():
    assert doctest.testmod(lead_names).failed == 0

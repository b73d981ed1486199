from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.lead_names import SignalKind, kind_of
from ecg_anomaly.records.scp.scp_leads import ScpLead, read_leads
from lab.fuzzing.scp_writer import lead_section

PATH = Path("e.scp")


def test_leads_begin_at_0_and_say_their_length():
    found = read_leads(PATH, lead_section([(1, 5000, 2), (1251, 2500, 62)]) + b"\0")
    assert [(lead.name, lead.first, lead.n_samples) for lead in found.leads] == [
        ("II", 0, 5000), ("aVR", 1250, 1250),
    ]  # fmt: skip
    assert not found.is_residual
    assert read_leads(PATH, lead_section([(1, 9, 1)], flags=5)).is_residual


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (1, "I"), (3, "V1"), (8, "V6"), (9, "V7"), (10, "V2R"), (16, "ECG X"), (20, "CM5"),
        (24, "ECG Frank I"), (30, "ECG Frank H"), (61, "III"), (64, "aVF"), (66, "V8"),
        (69, "V9R"), (78, "ECG A4"), (0, "ECG lead 0"), (255, "ECG lead 255"),
    ],
)  # fmt: skip
def test_names_are_those_of_the_standard(number, name):
    assert ScpLead(number, 0, 1).name == name


def test_every_lead_is_an_ecg_but_for_calibration_pulses():
    leads = [ScpLead(number, 0, 1) for number in range(256)]
    assert all(kind_of(lead.name) is SignalKind.ECG for lead in leads)
    assert sum(lead.is_calibration for lead in leads) == 37
    assert len({lead.name for lead in leads}) == 256


def test_a_lead_may_have_one_sample():
    assert read_leads(PATH, lead_section([(7, 7, 1)])).leads == (ScpLead(1, 6, 1),)


def test_as_many_leads_are_read_as_a_recording_may_have():
    section = lead_section([(1, 9, number) for number in range(64)])
    assert len(read_leads(PATH, section).leads) == 64


@pytest.mark.parametrize(
    "section",
    [
        None, b"", b"\1", b"\0\4", lead_section([(1, 9, 1)])[:-1], lead_section([(0, 9, 1)]),
        lead_section([(9, 8, 1)]), b"\xff\4" + lead_section([(1, 9, 1)])[2:] * 255,
    ],
)  # fmt: skip
def test_a_damaged_list_is_refused(section):
    with pytest.raises(UserError, match="section 3"):
        read_leads(PATH, section)

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.lead_names import SignalKind, kind_of
from ecg_anomaly.records.resting.lead_segments import (
    MAX_SAMPLES,
    LeadSegment,
    add_limb_leads,
    check_n_samples,
    gather_segments,
    name_lead,
)


def segment(name: str, values: list[float], **others) -> LeadSegment:
    return LeadSegment(name, "uV", 500.0, np.array(values), **others)


def test_missing_limb_leads_follow_from_the_first_two():
    one, two = segment("I", [1, 2], scale=2.0), segment("II", [10, 30], offset=1.0)
    found, added = add_limb_leads([one, two, segment("aVR", [7, 7])])
    assert added == ("III", "aVL", "aVF")
    values = {s.name: s.convert(1.0).tolist() for s in found}
    assert values["III"] == [9, 27]
    assert values["aVL"] == [2 - 5.5, 4 - 15.5]
    assert values["aVF"] == [11 - 1, 31 - 2]
    assert values["aVR"] == [7, 7]  # recorded, so not computed


def test_all_four_follow_from_leads_that_were_recorded_together_at_any_time():
    pair = [segment("I", [1.0], start_s=3.0), segment("II", [10.0], start_s=3.0004)]
    values = {s.name: s.convert(1.0).tolist() for s in add_limb_leads(pair)[0]}
    assert values == {"I": [1], "II": [10], "III": [9], "aVR": [-5.5], "aVL": [-4], "aVF": [9.5]}


@pytest.mark.parametrize(
    "other",
    [
        segment("II", [1, 2, 3]), segment("II", [1, 2], start_s=1.0),
        segment("II", [1, 2], fault="x"), LeadSegment("II", "mV", 500.0, np.ones(2)),
        LeadSegment("II", "uV", 250.0, np.ones(2)), segment("V2", [1, 2]),
    ],
)  # fmt: skip
def test_leads_that_were_not_recorded_together_are_not_combined(other):
    assert add_limb_leads([segment("I", [1, 2]), other])[1] == ()


@pytest.mark.parametrize("name", ["MDC_ECG_LEAD_V3R", "X", "Channel 1", "", "A1", "aVF", "-aVR"])
def test_a_lead_of_a_resting_ecg_is_an_ecg_by_its_name(name):
    assert kind_of(name_lead(name)) is SignalKind.ECG


def test_amplitudes_are_rounded_once():
    values = np.array([-3, 7, 12345])
    found = LeadSegment("I", "uV", 500.0, values, 4.88).convert(1e-3)
    np.testing.assert_array_equal(found, (values * 4.88 * 1e-3).astype(np.float32))


@pytest.mark.parametrize("n", [0, MAX_SAMPLES + 1])
def test_no_or_too_many_samples_are_refused(tmp_path, n):
    check_n_samples(tmp_path, MAX_SAMPLES)
    with pytest.raises(UserError, match="samples"):
        check_n_samples(tmp_path, n)


@pytest.mark.parametrize(("n", "length", "rule"), [(10**9, 1, "pieces"), (10, 2**20, "samples")])
def test_no_more_is_held_than_a_resting_ecg_has(tmp_path, n, length, rule):
    one = LeadSegment("V1", "uV", 500.0, np.zeros(length, np.int16))
    read: list[int] = []
    with pytest.raises(UserError, match=f"more than .*{rule}|{rule}.*more than"):
        gather_segments(tmp_path, (read.append(i) or one for i in range(n)))
    assert len(read) < 2000
    assert len(gather_segments(tmp_path, [one] * 2)) == 2

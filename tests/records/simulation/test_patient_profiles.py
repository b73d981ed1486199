"""Which kind each simulated patient is."""

from ecg_anomaly.records.simulation.patient_profiles import PROFILES, find_profile


def test_kinds_repeat_after_all_of_them_were_there():
    n = len(PROFILES)
    assert [find_profile(i)[0] for i in range(2 * n)] == [*PROFILES, *PROFILES]


def test_both_bundle_branch_blocks_meet_several_rhythms():
    for bundle in "LR":
        mine = [i for i in range(36) if find_profile(i)[1] == bundle]
        assert len({i % 12 for i in mine}) >= 4

"""Every attack has a name of its own and bounds."""

from lab.attacks.attack_list import ATTACKS


def test_names_are_unique_and_every_attack_has_bounds():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.seconds <= 15 and attack.megabytes <= 256 for attack in ATTACKS)

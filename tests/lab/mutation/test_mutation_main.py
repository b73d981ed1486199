"""What is drawn, what is left out of it, and what the command prints."""

import pytest

from lab.layout import ROOT
from lab.mutation import __main__ as mutation
from lab.mutation.code_changes import CodeChange

SOURCE = ROOT / "src"


@pytest.fixture(scope="module")
def drawn() -> list[CodeChange]:
    """Draw a hundred changes."""
    return mutation.draw_changes(SOURCE, 100, 0)


def test_the_same_seed_draws_the_same_and_another_one_others(drawn):
    assert len(set(drawn)) == 100
    one, same, other = (mutation.draw_changes(SOURCE, 10, seed, "beats") for seed in (0, 0, 1))
    assert one == same != other


def test_every_module_has_its_share(drawn):
    patterns = [SOURCE / "ecg_anomaly" / pattern for pattern in mutation.MODULES]
    for pattern in patterns:
        inside = [c for c in drawn if (SOURCE / c.path).match(str(pattern))]
        assert inside, pattern
    assert mutation.draw_changes(SOURCE, 10, 0, "bootstrap") != []
    assert {c.path for c in mutation.draw_changes(SOURCE, 10, 0, "bootstrap")} == {
        "ecg_anomaly/evaluation/metrics/bootstrap.py"
    }


def test_an_equivalent_mutant_is_not_drawn(monkeypatch):
    first, *others = mutation.draw_changes(SOURCE, 5, 0, "bootstrap")
    monkeypatch.setitem(mutation.EQUIVALENT, (first.path, first.before, first.after), "a reason")
    drawn = mutation.draw_changes(SOURCE, 5, 0, "bootstrap")
    assert first not in drawn
    assert set(others) <= set(drawn)


class Noticing:
    """Stands for a copy of the checkout, and notes the tests that are asked for."""

    asked: list[list[str]]

    def __init__(self, *_) -> None:
        Noticing.asked = []

    def notices(self, change: CodeChange, tests: list[str]) -> bool:
        self.asked.append(tests)
        return change.number % 2 == 0


@pytest.mark.parametrize("with_subpackage", [False, True])
def test_the_subpackage_is_asked_after_the_module_s_own_tests(monkeypatch, with_subpackage):
    monkeypatch.setattr(mutation, "CheckoutCopy", Noticing)
    path = "ecg_anomaly/beats/filters.py"
    changes = [CodeChange(path, 1, "a", "b", number) for number in (0, 1)]
    found = list(mutation.find_survivors(changes, ROOT, with_subpackage))
    assert [survived for _, survived in found] == [False, True]
    own = ["tests/beats/test_filters.py"]
    assert Noticing.asked == [own, own, *([["tests/beats"]] if with_subpackage else [])]


def test_survivors_are_printed_with_their_place_and_end_with_1(monkeypatch, capsys):
    monkeypatch.setattr(mutation, "CheckoutCopy", Noticing)
    status = mutation.main(["--mutants", "8", "--only", "filters"])
    shown = capsys.readouterr().out
    survivors = shown.count("SURVIVED ecg_anomaly/beats/filters.py:")
    assert survivors + shown.count("noticed  ecg_anomaly/beats/filters.py:") == 8
    assert f"{survivors} of 8 survived" in shown
    assert status == (survivors > 0)
    monkeypatch.setattr(Noticing, "notices", lambda *_: True)
    assert mutation.main(["--mutants", "2", "--only", "filters"]) == 0


def test_a_long_statement_is_shown_around_the_difference():
    before = "x = [" + ", ".join(f"f({n}, y + 1)" for n in range(60)) + "]"
    after = before.replace("f(40, y + 1)", "f(40, y - 1)")
    first, second = mutation.show_difference(before, after)
    assert max(len(first), len(second)) <= mutation.SHOWN
    assert "f(40, y + 1)" in first
    assert "f(40, y - 1)" in second
    assert mutation.show_difference("a < b", "a <= b") == ("a < b", "a <= b")

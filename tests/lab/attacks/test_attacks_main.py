"""A row for each attack, and the exit status says whether all bounds held."""

import sys

import pytest

from lab.attacks import __main__ as attacks
from lab.attacks.attack_list import ATTACKS
from lab.attacks.attack_runs import Outcome


@pytest.mark.parametrize(("seconds", "status"), [(0.1, 0), (99.0, 1)])
def test_a_broken_bound_is_shown_and_ends_with_1(monkeypatch, capsys, tmp_path, seconds, status):
    run = []
    (tmp_path / "detector.json").write_text("{}")
    monkeypatch.setattr(attacks, "measure_imports_mb", lambda: 100.0)

    def outcome(attack, detector, imports_mb):
        run.append((attack.name, str(detector), imports_mb))
        return Outcome(seconds, 10.0, attack.status or 0, "a | line")

    monkeypatch.setattr(attacks, "run_attack", outcome)
    monkeypatch.setattr(sys, "argv", ["attacks", "--only", "EDF", "--detector", str(tmp_path)])
    assert attacks.main() == status
    chosen = [attack.name for attack in ATTACKS if "EDF" in attack.name]
    assert run == [(name, str(tmp_path), 100.0) for name in chosen]
    rows = capsys.readouterr().out.splitlines()[2:]
    assert len(rows) == len(chosen) > 1
    assert all(row.endswith("| yes |" if status == 0 else "| NO |") for row in rows)


def test_without_a_detector_no_attack_is_said_to_hold(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(sys, "argv", ["attacks", "--detector", str(tmp_path / "none")])
    with pytest.raises(SystemExit):
        attacks.main()
    assert "holds no detector" in capsys.readouterr().err

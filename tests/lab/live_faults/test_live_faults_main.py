"""The table of `python -m lab.live_faults`."""

from lab.live_faults import __main__ as command
from lab.live_faults.fault_runs import FaultResult

RIGHT, WRONG = FaultResult("gaps", 5, 0, 0, "technical.gap"), FaultResult("kill", 5, 1, 0, "-")


def test_the_table_is_written_and_a_wrong_row_is_the_end(tmp_path, monkeypatch, capsys):
    (tmp_path / "live.md").write_text(f"before\n{command.BEGIN}\n{command.END}\nafter\n")
    for results, status in (([RIGHT], 0), ([RIGHT, WRONG], 1)):
        monkeypatch.setattr(command, "run_faults", lambda _, found=results: iter(found))
        assert command.main(["--docs", str(tmp_path)]) == status
    page = (tmp_path / "live.md").read_text()
    assert "| gaps | 5 | 0, 0 | technical.gap |" in page
    assert "| kill | 5 | 1, 0 **wrong** | - |" in page
    assert page.startswith("before\n")
    assert "| kill |" in capsys.readouterr().out


def test_the_patient_has_a_tachycardia_and_an_asystole():
    record = command.make_patient()
    assert record.duration_s > 100
    assert record.signal.shape[1] == 2

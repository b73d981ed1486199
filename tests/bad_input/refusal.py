"""What a refused run must look like."""

from pathlib import Path

from forked_scripts import run_script
from pipeline_copy import Result
from toy_folder import scripts_of


def run_until(work: Path, stage: str, *overrides: str) -> Result:
    """Run stages that must end well, and then `stage`, which need not."""
    commands = scripts_of(work / "mine", *overrides, until=stage)
    commands.pop("explore_records", None)
    *before, last = commands.values()
    for command in before:
        result = run_script(command, work)
        assert result.returncode == 0, result.stderr
    return run_script(last, work)


def check_refusal(result: Result, work: Path, *words: str) -> None:
    """Check the one line, the status, and that nothing half-written lies about."""
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert result.returncode == 1, result.stderr[-2000:]
    assert len(errors) == 1, result.stderr[-2000:]
    assert "Traceback" not in result.stderr + result.stdout
    assert errors[0].count(": ") >= 2
    assert "; " in errors[0]
    for word in words:
        assert word in errors[0]
    assert [p for p in (work / "data").rglob(".*") if (work / "data").is_dir()] == []

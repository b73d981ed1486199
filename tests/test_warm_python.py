"""What is forked ends as it would have ended if it had been started."""

import subprocess
from pathlib import Path

import pytest

import warm_python

ENDS = {
    "print('said')": (0, "said\n", ""),
    "raise SystemExit(3)": (3, "", ""),
    "import sys; sys.exit('error: no')": (1, "", "error: no\n"),
    "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": (-9, "", ""),
    "import sys, os; print(sys.argv[1:], os.path.basename(os.getcwd()), os.environ['WORD'])": (
        0, "['a', 'b c'] here yes\n", "",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm_python, "LIBRARIES", ())
        with warm_python.warm_python(tmp_path_factory.mktemp("p"), {}) as folder:
            yield str(folder / "python")


@pytest.mark.parametrize(("program", "end"), ENDS.items())
def test_a_script_ends_as_without_the_server(python: str, tmp_path: Path, program: str, end):
    folder = tmp_path / "here"
    folder.mkdir()
    script = tmp_path / "script.py"
    script.write_text(program)
    said = subprocess.run(
        [python, str(script), "a", "b c"], cwd=folder, env={"WORD": "yes"}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert (said.returncode, said.stdout, said.stderr) == end


def test_an_error_is_shown_as_one(python: str, tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text("import atexit\natexit.register(print, 'left')\n1 / 0\n")
    said = subprocess.run([python, str(script)], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (1, "left\n")
    assert "ZeroDivisionError" in said.stderr

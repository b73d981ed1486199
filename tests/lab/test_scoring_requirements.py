"""The small install is what pyproject.toml says, and enough to score and to monitor."""

import re
import subprocess
import sys
import tomllib

import pytest

from default_config import pipeline_config
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.scoring_requirements import NAME, ROOT, compose_requirements
from toy_detector import toy_records, write_toy_detector

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


def names(lines):
    return {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines}


#: What the full install has and the small one has not, by the names of modules.
LEFT_OUT = (
    names(PROJECT["project"]["dependencies"])
    - {name.lower() for name in PROJECT["tool"]["ecg-anomaly"]["scoring"]}
) | {"keras", "sklearn", "hydra", "omegaconf"}

BLOCKED = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in LEFT_OUT:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Block())
from ecg_anomaly.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def test_the_file_is_what_pyproject_says():
    assert (ROOT / NAME).read_text() == compose_requirements(PROJECT)


def test_it_names_no_package_that_is_declared_nowhere():
    changed = {**PROJECT, "tool": {"ecg-anomaly": {"scoring": ["torch"]}}}
    with pytest.raises(KeyError):
        compose_requirements(changed)


def test_training_is_left_out():
    assert {"tensorflow", "mlflow", "dvc", "pandas", "scipy"} <= LEFT_OUT


@pytest.mark.parametrize("command", ["score", "live"])
def test_without_the_rest_recordings_are_scored_and_monitored(command, tmp_path):
    detector = write_toy_detector(tmp_path / "toy", pipeline_config())
    write_record(toy_records()[0], tmp_path)
    words = {
        "score": ["s01", "--output", "scored"],
        "live": ["replay:s01", "--store", "live.sqlite", "--findings", "limits.yaml"],
    }
    (tmp_path / "limits.yaml").write_text("pause_s: 3\n")
    code = f"LEFT_OUT = {LEFT_OUT!r}\n{BLOCKED}"
    done = subprocess.run(
        [sys.executable, "-c", code, command, *words[command], "--detector", str(detector)],
        cwd=tmp_path, capture_output=True, text=True, env={"PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr

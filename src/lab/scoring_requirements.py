"""Write requirements-scoring.txt: the packages that `score` and `live` need, and no others.

    python -m lab.scoring_requirements

Training needs TensorFlow, MLflow, DVC and more, which a small computer beside a bed has no use for.
What is in the file is chosen by name in ``[tool.ecg-anomaly]`` of pyproject.toml; versions are
those of its dependencies and extras.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]

#: The file that is written, below the root.
NAME = "requirements-scoring.txt"

HEAD = """\
# What `ecg-anomaly score` and `ecg-anomaly live` need, without what trains a detector.
# Made from pyproject.toml by `python -m lab.scoring_requirements`; docs/live.md says how to use it.
"""


def compose_requirements(project: dict[str, Any]) -> str:
    r"""Compose the content of the file.

    Parameters
    ----------
    project : dict
        Content of pyproject.toml.

    Raises
    ------
    KeyError
        For a name that is in no dependency.

    Examples
    --------
    >>> tool = {"ecg-anomaly": {"scoring": ["numpy"]}}
    >>> compose_requirements({"project": {"dependencies": ["numpy>=2"]}, "tool": tool})[-9:]
    'numpy>=2\n'
    """
    declared = list(project["project"]["dependencies"])
    for extra in project["project"].get("optional-dependencies", {}).values():
        declared += extra
    by_name = {re.split(r"[\[<>=!~; ]", line)[0].lower(): line for line in reversed(declared)}
    chosen = [by_name[name.lower()] for name in project["tool"]["ecg-anomaly"]["scoring"]]
    return HEAD + "".join(f"{line}\n" for line in chosen)


def write_requirements(root: Path = ROOT) -> Path:
    """Write the file below a checkout; return its path."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    path = root / NAME
    path.write_text(compose_requirements(project), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_requirements())

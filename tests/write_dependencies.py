"""Write the modules that each stage imports into dvc.yaml; `test_dvc_yaml.py` holds them to it.

python tests/write_dependencies.py     # after a stage has come to import more, or less
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]

from test_dvc_yaml import STAGES, expected_dependencies, script_of  # noqa: E402


def rewrite(text: str, stage: str) -> str:
    """Put the stage's script and modules in the place of those that are listed."""
    script = script_of(stage)
    modules = sorted(expected_dependencies(stage) - {script})
    lines = "".join(f"      - {path}\n" for path in [script, *modules])
    block = re.compile(
        rf"(\n  {stage}:\n(?:    .*\n)*?    deps:\n(?:      - data/.*\n)*)(      - src/.*\n)+"
    )
    return block.sub(lambda found: found[1] + lines, text)


if __name__ == "__main__":
    path = ROOT / "dvc.yaml"
    content = path.read_text(encoding="utf-8")
    for name in STAGES:
        content = rewrite(content, name)
    path.write_text(content, encoding="utf-8")

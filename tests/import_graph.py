"""Which files of the package a script imports, by reading the code and not by running it."""

import ast
from pathlib import Path

SRC = Path(__file__).resolve().parents[1] / "src"


def imported_files(script: Path) -> set[str]:
    """Every file of the package that `script` imports, directly or through others.

    Paths are relative to the repository; an ``__init__.py`` counts when its folder is imported.
    """
    seen: set[Path] = set()
    waiting = [script]
    while waiting:
        for path in _imports(waiting.pop()):
            if path not in seen:
                seen.add(path)
                waiting.append(path)
    return {path.relative_to(SRC.parent).as_posix() for path in seen}


def _imports(path: Path) -> set[Path]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {found for name in names for found in _files(name)}


def _files(module: str) -> list[Path]:
    if not module.startswith(("ecg_anomaly", "lab")):
        return []
    parts = module.split(".")
    packages = [SRC.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1)]
    return [p for p in [*packages, SRC.joinpath(*parts).with_suffix(".py")] if p.is_file()]

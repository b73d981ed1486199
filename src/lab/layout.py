"""Measure the source code: size, imports between subpackages, rules of the layout that are broken.

    python -m lab.layout [--root FOLDER]

A subpackage is a folder of `ecg_anomaly`; `lab` and the scripts of src/ count as subpackages too.
`--root` is the checkout to measure, by default this one. `tests/test_house_rules.py` checks the
rules.
"""

import argparse
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path

import numpy as np

from lab.import_graph import ImportGraph, Module, build_graph, find_circles, read_modules

ROOT = Path(__file__).resolve().parents[2]

#: The subpackages; each may import from those before it.
SUBPACKAGES = (
    "files", "config", "records", "beats", "exploration", "features", "network", "evaluation",
    "detector", "findings", "triage", "live", "archive", "search", "tracking", "cli",
)  # fmt: skip

#: Code outside of the subpackages, which may import all of them. No subpackage imports it, except
#: ``ecg_anomaly/__init__.py``, which Python loads before every module of the package.
OUTSIDE = ("ecg_anomaly", "scripts", "lab")

SHORT, LONG = 40, 200

#: Names that every package may have.
REPEATED = ("__init__", "__main__")


def count_arrows(modules: Iterable[Module], graph: ImportGraph) -> Counter[tuple[str, str]]:
    """Count the imports between subpackages, by (importing, imported) subpackage."""
    subpackage = {module.path: module.subpackage for module in modules}
    pairs = (
        (subpackage[path], subpackage[other]) for path, found in graph.items() for other in found
    )
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def upward_arrows(arrows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the arrows to a subpackage that stands below the importing one in `SUBPACKAGES`.

    Subpackages that `SUBPACKAGES` does not know, as in an older layout, are left out.
    """
    place = {subpackage: number for number, subpackage in enumerate(SUBPACKAGES)}
    place |= {"scripts": len(SUBPACKAGES), "lab": len(SUBPACKAGES)}
    known = [(a, b) for a, b in arrows if a in place and b in place]
    return sorted((a, b) for a, b in known if place[b] > place[a])


def repeated_names(modules: Iterable[Module]) -> dict[str, list[str]]:
    """Return the paths of modules that have the same file name, by that name."""
    paths: dict[str, list[str]] = {}
    for module in counted(modules):
        if module.name not in REPEATED:
            paths.setdefault(module.name, []).append(module.path)
    return {name: found for name, found in paths.items() if len(found) > 1}


def counted(modules: Iterable[Module]) -> list[Module]:
    """Return the modules without the ``__init__.py`` of packages."""
    return [module for module in modules if module.name != "__init__"]


def short_modules(modules: Iterable[Module]) -> list[Module]:
    """Return the modules of fewer than 40 lines."""
    return [module for module in counted(modules) if module.n_lines < SHORT]


def expected_test(path: str) -> str:
    """Return where the test of a module belongs, relative to tests/.

    Examples
    --------
    >>> expected_test("ecg_anomaly/beats/splits/by_subject.py")
    'beats/splits/test_by_subject.py'
    >>> expected_test("lab/fuzzing/__main__.py")
    'lab/fuzzing/test_fuzzing_main.py'
    """
    inside = Path(path.removeprefix("ecg_anomaly/"))
    name = f"{inside.parent.name}_main" if inside.stem == "__main__" else inside.stem
    return (inside.parent / f"test_{name}.py").as_posix()


def untested_modules(modules: Iterable[Module], tests: Path) -> list[Module]:
    """Return the modules without a test file in its place; that of a script may be anywhere."""
    present = {path.relative_to(tests).as_posix() for path in tests.rglob("test_*.py")}
    names = {Path(path).name for path in present}

    def is_tested(module: Module) -> bool:
        test = expected_test(module.path)
        return test in (names if module.subpackage == "scripts" else present)

    return [module for module in counted(modules) if not is_tested(module)]


def is_in_wheel(package: str, root: Path) -> bool:
    """Tell whether a package of src/ goes into the wheel, by ``include`` of pyproject.toml."""
    content = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    setuptools = content.get("tool", {}).get("setuptools", {})
    patterns = setuptools.get("packages", {}).get("find", {}).get("include", ["*"])
    present = (root / "src" / package).is_dir()
    return present and any(fnmatch(package, pattern) for pattern in patterns)


def describe_layout(root: Path) -> str:
    """Measure a checkout and return the report that the command prints."""
    modules = read_modules(root / "src")
    graph = build_graph(modules)
    arrows = count_arrows(modules, graph)
    upward = [f"{a} -> {b} ({arrows[a, b]} imports)" for a, b in upward_arrows(arrows)]
    untested = [m.path for m in untested_modules(modules, root / "tests")]
    repeated = [f"{name}: {', '.join(p)}" for name, p in repeated_names(modules).items()]
    circles = [" - ".join(sorted(circle)) for circle in find_circles(graph)]
    long = [f"{m.path} ({m.n_lines})" for m in counted(modules) if m.n_lines > LONG]
    parts = [
        describe_subpackages(modules),
        describe_functions(modules),
        f"import arrows between subpackages: {len(arrows)}, imports on them: {arrows.total()}",
        describe_list("arrows upward", upward),
        describe_list("import circles", circles),
        describe_list("file names that occur more than once", repeated),
        describe_list(f"modules under {SHORT} lines", [m.path for m in short_modules(modules)]),
        describe_list(f"modules over {LONG} lines", long),
        describe_list("modules without a test file in its place", untested),
        f"lab is in the wheel: {'yes' if is_in_wheel('lab', root) else 'no'}",
    ]
    return "\n\n".join(parts)


def describe_subpackages(modules: Iterable[Module]) -> str:
    """Return a table of modules and lines by subpackage, in the order of `SUBPACKAGES`."""
    modules = counted(modules)
    n, lines = Counter(m.subpackage for m in modules), Counter[str]()
    for module in modules:
        lines[module.subpackage] += module.n_lines
    order = [*SUBPACKAGES, *sorted(n.keys() - {*SUBPACKAGES, *OUTSIDE}), *OUTSIDE]
    rows = [
        f"{subpackage:14} {n[subpackage]:7d} {lines[subpackage]:7d}"
        for subpackage in order
        if n[subpackage]
    ]
    total = f"{'all':14} {n.total():7d} {lines.total():7d}"
    return "\n".join([f"{'subpackage':14} {'modules':>7} {'lines':>7}", *rows, total])


def describe_functions(modules: Iterable[Module]) -> str:
    """Return count and lengths of all functions, their docstrings left out."""
    lengths = [length for module in modules for length in module.function_lengths()]
    median, high = np.quantile(lengths, [0.5, 0.9])
    return (
        f"functions: {len(lengths)}; lines without docstring: "
        f"median {median:.0f}, p90 {high:.0f}, longest {max(lengths)}"
    )


def describe_list(title: str, lines: Sequence[str]) -> str:
    """Return a title with the number of lines, and the lines."""
    return "\n".join([f"{title}: {len(lines)}", *(f"  {line}" for line in lines)])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="checkout to be measured")
    print(describe_layout(parser.parse_args().root))

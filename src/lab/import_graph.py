"""Which module imports which, found by reading the source files and not by running them.

Imports inside functions and under ``if TYPE_CHECKING`` count like those at the top of a file.
"""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

#: Module paths, relative to the source folder and with forward slashes, and what each imports.
ImportGraph = dict[str, set[str]]


@dataclass(frozen=True)
class Module:
    """One Python file of the source folder.

    Attributes
    ----------
    path : str
        Relative to the source folder, with forward slashes.
    text : str
        Its source code.
    """

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed source code."""
        return ast.parse(self.text)

    @property
    def name(self) -> str:
        """File name without its ending."""
        return Path(self.path).stem

    @property
    def n_lines(self) -> int:
        """Number of lines, blank ones and docstrings included."""
        return len(self.text.splitlines())

    @property
    def subpackage(self) -> str:
        """Folder below ``ecg_anomaly``, ``"lab"``, or ``"scripts"`` for a file of src/ itself.

        Modules that lie in ``ecg_anomaly`` itself have the subpackage ``"ecg_anomaly"``.
        """
        top, *rest = self.path.split("/")
        if not rest:
            return "scripts"
        return rest[0] if top == "ecg_anomaly" and len(rest) > 1 else top

    @cached_property
    def imported_names(self) -> set[tuple[str, str]]:
        """Every import as (module, name), with an empty name for ``import module``."""
        found: set[tuple[str, str]] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {(alias.name, "") for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {(node.module, alias.name) for alias in node.names}
        return found

    def imported_packages(self) -> set[str]:
        """Return the top-level names that it imports, such as ``numpy``."""
        return {name.split(".")[0] for name, _ in self.imported_names}

    def function_lengths(self) -> list[int]:
        """Return the lines of each function and method, from its ``def``, without its docstring."""
        kinds = ast.FunctionDef | ast.AsyncFunctionDef
        return [_length(node) for node in ast.walk(self.tree) if isinstance(node, kinds)]


def read_modules(source: Path) -> list[Module]:
    """Read every Python file below a source folder, ``__init__.py`` included, sorted by path."""
    paths = sorted(p for p in source.rglob("*.py") if "egg-info" not in p.as_posix())
    return [Module(p.relative_to(source).as_posix(), p.read_text(encoding="utf-8")) for p in paths]


def build_graph(modules: Iterable[Module]) -> ImportGraph:
    """Find the imports between modules; those of other packages are left out.

    ``from package import name`` is an import of the module ``package/name.py`` where there is one,
    else of ``package/__init__.py``.
    """
    modules = list(modules)
    paths = {module.path for module in modules}
    graph: ImportGraph = {}
    for module in modules:
        found = {_resolve(parent, name, paths) for parent, name in module.imported_names}
        graph[module.path] = {path for path in found if path is not None} - {module.path}
    return graph


def reachable(graph: Mapping[str, set[str]], start: str) -> set[str]:
    """Return the modules that `start` imports, directly or through others."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = graph[waiting.pop()] - seen
        seen |= fresh
        waiting += fresh
    return seen


def find_circles(graph: Mapping[str, set[str]]) -> list[set[str]]:
    """Return each group of modules that import one another in a circle."""
    below = {path: reachable(graph, path) for path in graph}
    circles: list[set[str]] = []
    for path in sorted(graph):
        if path in below[path] and not any(path in circle for circle in circles):
            circles.append({other for other in below[path] if path in below[other]})
    return circles


def loaded_files(graph: ImportGraph, start: str) -> set[str]:
    """Return every file that is read when a module is imported.

    Parameters
    ----------
    graph : dict of str to set of str
        From `build_graph`.
    start : str
        Path of the module.

    Returns
    -------
    set of str
        What `reachable` gives, and the ``__init__.py`` of all packages on the way with what these
        import.
    """
    whole = {
        path: found.union(*map(_packages, found)) & graph.keys() for path, found in graph.items()
    }
    return reachable(whole, start)


def _packages(path: str) -> set[str]:
    parents = list(Path(path).parents)[:-1]
    return {(parent / "__init__.py").as_posix() for parent in parents}


def _resolve(parent: str, name: str, paths: set[str]) -> str | None:
    for dotted in ([f"{parent}.{name}"] if name else []) + [parent]:
        stem = dotted.replace(".", "/")
        for path in (f"{stem}.py", f"{stem}/__init__.py"):
            if path in paths:
                return path
    return None


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is None:
        return length
    return length - ((first.end_lineno or first.lineno) - first.lineno + 1)

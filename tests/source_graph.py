"""The modules of src/ and their imports, read once for all tests of a process."""

from functools import cache

from lab.import_graph import ImportGraph, Module, build_graph, read_modules
from lab.layout import ROOT


@cache
def modules() -> list[Module]:
    """Every module of src/."""
    return read_modules(ROOT / "src")


@cache
def graph() -> ImportGraph:
    """Imports between all modules."""
    return build_graph(modules())

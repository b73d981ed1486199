import ast
from pathlib import Path

import pytest

from lab.import_graph import (
    Module,
    build_graph,
    find_circles,
    loaded_files,
    reachable,
    read_modules,
)


def graph_of(sources: dict[str, str]) -> dict[str, set[str]]:
    """Build the graph of modules given as path (without its ending) and source code."""
    return build_graph(Module(f"{path}.py", text) for path, text in sources.items())


@pytest.mark.parametrize(
    "statement",
    ["import b.two", "from b import two", "from b.two import x", "from b.two import (x, y)"],
)
def test_every_form_of_an_import_is_found(statement):
    assert graph_of({"a/one": statement, "b/two": "x = y = 1"})["a/one.py"] == {"b/two.py"}


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    from b.two import x",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from b.two import x",
        "try:\n    import b.two\nexcept ImportError:\n    pass",
    ],
)
def test_an_import_counts_wherever_it_stands(source):
    assert graph_of({"a/one": source, "b/two": ""})["a/one.py"] == {"b/two.py"}


def test_a_name_of_a_package_is_its_init_and_other_packages_are_left_out():
    graph = graph_of({"a/one": "from b import x\nimport numpy", "b/__init__": "x = 1"})
    assert graph == {"a/one.py": {"b/__init__.py"}, "b/__init__.py": set()}


def test_circles_are_found_and_other_imports_are_none():
    graph = {
        "a": {"b"},
        "b": {"c"},
        "c": {"a", "d"},
        "d": {"e"},
        "e": {"d"},
        "f": {"a"},
        "g": set(),
    }
    assert find_circles(graph) == [{"a", "b", "c"}, {"d", "e"}]
    assert find_circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_reachable_follows_every_import_once():
    graph = {"a": {"b"}, "b": {"c", "a"}, "c": set(), "d": {"a"}}
    assert reachable(graph, "a") == {"a", "b", "c"}
    assert reachable(graph, "c") == set()


def test_the_packages_on_the_way_are_loaded_too_with_what_they_import():
    sources = {
        "script": "import a.one", "a/__init__": "import b.two", "a/one": "", "b/__init__": "",
        "b/two": "", "b/three": "",
    }  # fmt: skip
    found = loaded_files(graph_of(sources), "script.py")
    assert found == {"a/__init__.py", "a/one.py", "b/__init__.py", "b/two.py"}


def test_lengths_of_functions_leave_docstrings_out_and_count_methods():
    text = (
        'class A:\n    def f(self):\n        """One.\n\n        Two.\n        """\n'
        "        return 1\n\n\nasync def g():\n    return 2\n"
    )
    assert sorted(Module("a.py", text).function_lengths()) == [2, 2]


@pytest.mark.parametrize(
    ("path", "subpackage"),
    [
        ("ecg_anomaly/beats/splits/by_subject.py", "beats"),
        ("ecg_anomaly/__init__.py", "ecg_anomaly"),
        ("lab/fuzzing/__main__.py", "lab"),
        ("train_model.py", "scripts"),
    ],
)
def test_a_module_knows_its_room(path, subpackage):
    assert Module(path, "").subpackage == subpackage


def test_every_file_of_a_folder_is_read(tmp_path: Path):
    (tmp_path / "subpackage").mkdir()
    (tmp_path / "subpackage/one.py").write_text(
        "import json\nimport os.path\nfrom json import loads\n"
    )
    (tmp_path / "subpackage/notes.txt").write_text("no module")
    (module,) = read_modules(tmp_path)
    assert (module.path, module.name, module.n_lines) == ("subpackage/one.py", "one", 3)
    assert module.imported_packages() == {"json", "os"}
    assert isinstance(module.tree, ast.Module)

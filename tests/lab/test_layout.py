from pathlib import Path

import pytest

from lab import layout
from lab.import_graph import Module, build_graph


def module(path: str, n_lines: int = 50, text: str = "") -> Module:
    return Module(path, text + "\n" * n_lines)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one broken rule of each kind."""
    sources = {
        "ecg_anomaly/files/digests.py": "from ecg_anomaly.beats.windows import cut\n",
        "ecg_anomaly/beats/windows.py": "def cut():\n    return 1\n" + "\n" * 250,
        "ecg_anomaly/beats/one.py": "import ecg_anomaly.beats.two\n" + "\n" * 50,
        "ecg_anomaly/beats/two.py": "import ecg_anomaly.beats.one\n" + "\n" * 50,
        "ecg_anomaly/triage/one.py": "\n" * 50,
        "ecg_anomaly/__init__.py": "",
        "lab/layout.py": "import ecg_anomaly.triage.one\n" + "\n" * 50,
    }
    for name, text in sources.items():
        path = tmp_path / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "tests/beats").mkdir(parents=True)
    (tmp_path / "tests/beats/test_windows.py").touch()
    find = '[tool.setuptools.packages.find]\ninclude = ["ecg_anomaly*"]\n'
    (tmp_path / "pyproject.toml").write_text(find)
    return tmp_path


def test_the_report_names_everything_that_is_broken(checkout):
    report = layout.describe_layout(checkout)
    for line in (
        "beats                3     354",
        "functions: 1; lines without docstring: median 2, p90 2, longest 2",
        "import arrows between subpackages: 2, imports on them: 2",
        "arrows upward: 1\n  files -> beats (1 imports)",
        "import circles: 1\n  ecg_anomaly/beats/one.py - ecg_anomaly/beats/two.py",
        "file names that occur more than once: 1\n  one: ",
        "modules under 40 lines: 1\n  ecg_anomaly/files/digests.py",
        "modules over 200 lines: 1\n  ecg_anomaly/beats/windows.py (252)",
        "modules without a test file in its place: 5",
        "lab is in the wheel: no",
    ):
        assert line in report


def test_the_subpackages_of_another_layout_are_counted_too():
    table = layout.describe_subpackages([module("ecg_anomaly/storage/arrays.py", 7)])
    assert "storage              1       7" in table


def test_arrows_are_upward_when_the_imported_subpackage_comes_later():
    arrows = [("beats", "files"), ("files", "beats"), ("lab", "files"), ("search", "scripts")]
    arrows += [("triage", "ecg_anomaly"), ("storage", "beats"), ("beats", "storage")]
    assert layout.upward_arrows(arrows) == [("files", "beats"), ("search", "scripts")]


def test_imports_inside_a_subpackage_are_no_arrows():
    text = "import ecg_anomaly.beats.b\nimport ecg_anomaly.files.c\nimport ecg_anomaly.files.d\n"
    modules = [module("ecg_anomaly/beats/a.py", text=text), module("ecg_anomaly/beats/b.py")]
    modules += [module("ecg_anomaly/files/c.py"), module("ecg_anomaly/files/d.py")]
    assert layout.count_arrows(modules, build_graph(modules)) == {("beats", "files"): 2}


def test_only_init_and_main_may_have_the_name_of_another_module():
    paths = ["a/__init__.py", "b/__init__.py", "a/__main__.py", "b/__main__.py", "a/x.py", "b/x.py"]
    assert layout.repeated_names(map(module, paths)) == {"x": ["a/x.py", "b/x.py"]}


@pytest.mark.parametrize(
    ("path", "test"),
    [
        ("ecg_anomaly/beats/splits/by_subject.py", "beats/splits/test_by_subject.py"),
        ("lab/layout.py", "lab/test_layout.py"),
        ("lab/fuzzing/__main__.py", "lab/fuzzing/test_fuzzing_main.py"),
        ("train_model.py", "test_train_model.py"),
    ],
)
def test_a_test_belongs_where_its_module_is(path, test):
    assert layout.expected_test(path) == test


def test_a_test_in_another_folder_counts_for_scripts_alone(tmp_path):
    for name in ("pipeline/test_train_model.py", "pipeline/test_windows.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    modules = [module("train_model.py"), module("ecg_anomaly/beats/windows.py")]
    untested = layout.untested_modules(modules, tmp_path)
    assert [m.path for m in untested] == ["ecg_anomaly/beats/windows.py"]


def test_the_wheel_has_what_the_patterns_name_and_nothing_that_is_absent(checkout):
    assert layout.is_in_wheel("ecg_anomaly", checkout)
    assert not layout.is_in_wheel("lab", checkout)
    (checkout / "pyproject.toml").write_text("")
    assert layout.is_in_wheel("lab", checkout)
    assert not layout.is_in_wheel("web", checkout)

"""A test that looks at a limit notices its change; one that does not lets it pass."""

from pathlib import Path

import pytest

from lab.layout import ROOT
from lab.mutation import mutant_runs
from lab.mutation.code_changes import CodeChange, find_changes
from lab.mutation.mutant_runs import CheckoutCopy, mirrored_tests, subpackage_tests

MODULE = "ecg_anomaly/beats/limit.py"
TEXT = "def is_long(n):\n    return n > 3\n"


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckoutCopy:
    """Return a copy of a checkout of one module, with tests that look closely or not."""
    # Plugins take longer than the tests; an option of this one is on the command line.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "_hypothesis_pytestplugin")
    source, folder = tmp_path / "source", tmp_path / "copy"
    for name, text in {
        f"src/{MODULE}": TEXT,
        "src/ecg_anomaly/__init__.py": "",
        "tests/beats/test_limit.py": "from ecg_anomaly.beats.limit import is_long\n"
        "def test_both_sides(): assert is_long(4) and not is_long(3)\n",
        "tests/beats/test_loose.py": "from ecg_anomaly.beats.limit import is_long\n"
        "def test_one_side(): assert is_long(9)\n",
        "tests/beats/test_broken.py": "def test_nothing(): assert False\n",
        "pyproject.toml": "[tool.pytest.ini_options]\nmarkers = ['slow: x']\n",
    }.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text)
    folder.mkdir()
    return CheckoutCopy(source, folder)


def boundary() -> CodeChange:
    return next(c for c in find_changes(MODULE, TEXT) if c.after == "return n >= 3")


def test_a_close_look_notices_and_a_loose_one_does_not(checkout: CheckoutCopy):
    assert checkout.notices(boundary(), ["tests/beats/test_limit.py"])
    assert not checkout.notices(boundary(), ["tests/beats/test_loose.py"])
    assert (checkout.folder / "src" / MODULE).read_text() == TEXT
    assert (checkout.source / "src" / MODULE).read_text() == TEXT


def test_tests_that_fail_anyway_say_nothing(checkout: CheckoutCopy):
    with pytest.raises(RuntimeError, match=r"test_broken\.py fails without any change"):
        checkout.notices(boundary(), ["tests/beats/test_broken.py"])


def test_a_change_that_never_ends_is_noticed(checkout: CheckoutCopy, monkeypatch):
    monkeypatch.setattr(mutant_runs, "TIME_MARGIN_S", 1.0)
    monkeypatch.setattr(mutant_runs, "TIME_FACTOR", 0.0)
    text = "def is_long(n):\n    while n < 3:\n        pass\n    return n > 3\n"
    module = checkout.folder / "src" / MODULE
    module.write_text(text)
    endless = next(c for c in find_changes(MODULE, text) if c.after == "while n >= 3:")
    monkeypatch.setattr(checkout, "_seconds", {("tests/beats/test_loose.py",): 0.0})
    assert checkout.notices(endless, ["tests/beats/test_loose.py"])
    assert module.read_text() == text


def test_the_tests_of_a_module_are_its_own_or_those_of_its_subpackage():
    own = mirrored_tests("ecg_anomaly/beats/r_peaks/sliding.py", ROOT / "tests")
    assert own == ["tests/beats/r_peaks/test_sliding.py"]
    assert mirrored_tests("ecg_anomaly/beats/absent.py", ROOT / "tests") == []
    assert subpackage_tests("ecg_anomaly/evaluation/metrics/bootstrap.py") == ["tests/evaluation"]

"""The command as a process: what it costs and what it says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly import __version__
from ecg_anomaly.cli.main import main

SRC = Path(__file__).resolve().parents[2] / "src"

#: What a detector folder must be scored without.
FORBIDDEN = {"tensorflow", "keras", "mlflow", "optuna", "dvc", "hydra", "omegaconf", "matplotlib"}

#: What takes longer to import than an hour takes to score.
SLOW = {"scipy", "pandas", "sklearn", "wfdb", "onnx", "pyarrow", "edfio", "yaml"}


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ecg_anomaly.cli.main", *words]
    return subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=False)


def test_help_imports_nothing_that_takes_time():
    said = "import sys; print(*sys.modules, file=sys.stderr)"
    code = f"import atexit; atexit.register(lambda: exec({said!r}))\n"
    code += "from ecg_anomaly.cli.main import main; main(['--help'])"
    shown = subprocess.run([sys.executable, "-c", code], cwd=SRC, capture_output=True, text=True)
    assert shown.returncode == 0
    assert "Not a medical device" in shown.stdout
    imported = {name.partition(".")[0] for name in shown.stderr.split()}
    assert "argparse" in imported
    assert not imported & (FORBIDDEN | SLOW | {"numpy", "onnxruntime", "jinja2"})


def test_help_on_scoring_names_every_option():
    shown = run("score", "--help").stdout
    assert "Not a medical device" in shown
    options = ("--detector", "--output", "--threshold", "--false-alarm-rate", "--lead", "--fs",
               "--unit", "--workers")  # fmt: skip
    assert [option for option in options if option not in shown] == []


def test_help_imports_nothing_that_computes():
    code = (
        "import sys\nfrom ecg_anomaly.cli.main import make_parser\nmake_parser().format_help()\n"
        "print(sorted({'numpy', 'pandas', 'scipy', 'onnxruntime'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_the_version_is_the_package_s():
    assert run("--version").stdout == f"ecg-anomaly {__version__}\n"


@pytest.mark.parametrize(
    "words",
    [[], ["score"], ["guess"], ["score", "r", "--thresh", "1"], ["score", "r", "--unit", "mm"],
     ["score", "r", "--threshold", "1", "--false-alarm-rate", "0.1"], ["score", "r", "--fs", "x"]],
)  # fmt: skip
def test_a_wrong_option_is_one_line_and_ends_with_1(words, capsys):
    assert main(words) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ecg-anomaly")
    assert line.endswith(" --help")


def test_a_detector_folder_is_scored_without_what_trained_it(model, records, tmp_path):
    words = ["score", str(records / "s01"), "--detector", str(model), "--output", str(tmp_path)]
    code = (
        f"import json, sys\nfrom ecg_anomaly.cli.main import main\nstatus = main({words!r})\n"
        "print(json.dumps([status, sorted({n.split('.')[0] for n in sys.modules})]))"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=True)
    status, modules = json.loads(shown.stdout.splitlines()[-1])
    assert status == 0
    assert (FORBIDDEN | SLOW) & set(modules) == set()
    assert "onnxruntime" in modules


def test_a_reader_who_goes_stops_neither_results_nor_others(model, records, tmp_path):
    command = [sys.executable, "-m", "ecg_anomaly.cli.main", "score", str(records / "s01")]
    command += [str(records / "s02"), "--detector", str(model), "--output", str(tmp_path / "out")]
    child = subprocess.Popen(command, cwd=SRC, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    child.stdout.close()  # before anything is printed: every line finds nobody
    said = child.stderr.read().decode()
    child.stderr.close()
    assert (child.wait(), said) == (0, "")
    assert {"s01.html", "s02.html"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_a_package_that_is_not_installed_is_one_line(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "ecg_anomaly.cli.drift", raising=False)
    monkeypatch.delitem(sys.modules, "ecg_anomaly.archive.drift.drift_comparison", raising=False)
    monkeypatch.setitem(sys.modules, "scipy", None)  # as if it were not there
    assert main(["drift", "table"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: ecg-anomaly drift: needs the package scipy, which is not ")
    assert said.count("\n") == 1

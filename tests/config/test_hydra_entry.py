"""A stage script as the user runs it: one line for a mistake, status 1, nothing of Hydra."""

import shutil
import sys
from pathlib import Path

import pytest
from omegaconf import OmegaConf

from ecg_anomaly.config.hydra_entry import run_reporting_errors, to_dataclass
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.errors import UserError
from forked_scripts import run_script
from pipeline_copy import Result

ROOT = Path(__file__).resolve().parents[2]

SCRIPT = """
from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.files.errors import UserError

@stage
def work(config):
    print(type(config).__name__, config.model.units, config.dataset.leads[0][0])
    if config.model.units == 7:
        raise UserError("x.hea", "gain is 0", "write the gain")

work()
"""


@pytest.fixture
def run_stage(tmp_path):
    """Run a tiny stage script in a folder with a copy of params.yaml."""
    (tmp_path / "tiny_stage.py").write_text(SCRIPT)
    shutil.copy(ROOT / "params.yaml", tmp_path)

    def run(*overrides: str) -> Result:
        return run_script([sys.executable, "tiny_stage.py", *overrides], tmp_path)

    return run


def test_the_stage_gets_the_dataclass_and_leaves_nothing_behind(run_stage, tmp_path):
    result = run_stage("model.units=5")
    assert (result.returncode, result.stdout, result.stderr) == (0, "PipelineConfig 5 MLII\n", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["params.yaml", "tiny_stage.py"]


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("model.unit=5", ["unit"]),
        ("+model.unit=5", ["unit"]),
        ("model.units=many", ["model.units", "many"]),
        ("model.units=0", ["model.units", "0 is outside [1, inf]"]),
        ("model=lstm_giant", ["model", "lstm_giant"]),
        ("model.units=7", ["x.hea: gain is 0; write the gain"]),
    ],
)
def test_a_mistake_ends_in_one_line_and_status_1(run_stage, override, words):
    result = run_stage(override)
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    for word in words:
        assert word in line


@pytest.mark.parametrize(
    ("content", "word"),
    [(None, "params.yaml: no such file"), ("a: [1", "params.yaml"), ("- 1\n", "params")],
)
def test_absent_or_malformed_params_end_in_one_line(run_stage, tmp_path, content, word):
    if content is None:
        (tmp_path / "params.yaml").unlink()
    else:
        (tmp_path / "params.yaml").write_text(content)
    result = run_stage()
    assert result.returncode == 1, result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert word in line


def test_an_unknown_key_in_params_is_named():
    with pytest.raises(Exception, match="speed"):
        to_dataclass(OmegaConf.create({"model": {"speed": 3}}), PipelineConfig)


KEYS = [
    "model.units",
    "features.synthesis.pause",
    "dataset.simulation.seed",
    "threshold",
    "training",
]


@pytest.mark.parametrize("key", KEYS)
def test_a_missing_key_is_named_with_the_way_out(key):
    config = OmegaConf.load(ROOT / "params.yaml")
    group, _, name = key.rpartition(".")
    del (OmegaConf.select(config, group) if group else config)[name]
    with pytest.raises(UserError, match=rf"^{key}: .* `make params`"):
        to_dataclass(config, PipelineConfig)


def test_a_stage_whose_params_lack_a_key_ends_in_one_line(run_stage, tmp_path):
    path = tmp_path / "params.yaml"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if line.strip() != "units: 48"))
    result = run_stage()
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: model.units: ")
    assert "`make params`" in line


def test_a_record_number_without_quotes_is_refused_by_its_key(capsys):
    config = OmegaConf.create("{dataset: {subjects: {202: 201}}}")
    with pytest.raises(SystemExit):
        run_reporting_errors(lambda: to_dataclass(config, PipelineConfig))
    assert "dataset.subjects.202" in capsys.readouterr().err


def test_our_own_defects_keep_their_traceback():
    with pytest.raises(ZeroDivisionError):
        run_reporting_errors(lambda: 1 / 0)


def test_an_interrupt_by_the_user_is_no_error(capsys):
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as caught:
        run_reporting_errors(interrupt)
    assert caught.value.code == 130
    assert capsys.readouterr().err == ""


def test_a_users_error_below_another_one_is_the_one_that_is_told(capsys):
    def wrapped():
        try:
            raise UserError("disk", "full", "free space")
        except UserError as error:
            raise UserError("out", "cannot be written", "free space") from error

    with pytest.raises(SystemExit):
        run_reporting_errors(wrapped)
    assert capsys.readouterr().err == "error: out: cannot be written; free space\n"

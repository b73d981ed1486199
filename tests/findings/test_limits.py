from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits, read_limits

DEFAULT = Path(__file__).resolve().parents[2] / "conf/findings/default.yaml"


def test_conf_says_what_the_package_takes():
    assert yaml.safe_load(DEFAULT.read_text()) == asdict(FindingLimits())
    assert read_limits(DEFAULT) == FindingLimits()


def test_a_file_changes_what_it_says(tmp_path):
    path = tmp_path / "icu.yaml"
    path.write_text("pause_s: 3\ntachy_beats: 20\n")
    limits = read_limits(path)
    assert (limits.pause_s, limits.tachy_beats) == (3.0, 20)
    assert limits.asystole_s == FindingLimits().asystole_s


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("paus_s: 3", "paus_s: no such limit"),
        ("pause_s: long", "pause_s is 'long'"),
        ("pause_s: -1", "no number above 0"),
        ("pause_s: true", "no number above 0"),
        ("pause_s: .nan", "no number above 0"),
        ("vt_beats: 2.5", "no number of beats"),
        ("[1, 2]", "holds no keys"),
        ("", "holds no keys"),
        ("a: [", "is no YAML"),
        ("x" * 500 + ": 1", "no such limit"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path, text, said):
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=said) as caught:
        read_limits(path)
    assert "x" * 100 not in str(caught.value)


def test_a_missing_file_says_what_to_copy(tmp_path):
    with pytest.raises(UserError, match=r"copy conf/findings/default\.yaml"):
        read_limits(tmp_path / "no.yaml")

from dataclasses import asdict
from pathlib import Path

import pytest
import yaml

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.finding import KINDS
from ecg_anomaly.live.alarm import label_of
from ecg_anomaly.live.alarm_settings import AlarmSettings, read_alarm_settings

DEFAULT = Path(__file__).resolve().parents[2] / "conf/live/default.yaml"


def test_conf_says_what_the_package_takes():
    assert yaml.safe_load(DEFAULT.read_text()) == asdict(AlarmSettings())
    assert read_alarm_settings(DEFAULT) == AlarmSettings()


def test_every_kind_of_alarm_is_known_and_every_urgent_finding_alarms():
    rules = AlarmSettings().rules
    assert all(label_of(kind) != kind or kind in KINDS for kind in rules)
    for kind, known in KINDS.items():
        if known.level in ("critical", "high"):
            assert rules[kind].priority == known.level
        else:
            assert kind not in rules


def test_one_critical_finding_is_enough():
    rules = AlarmSettings().rules.values()
    assert all(rule.count == 1 for rule in rules if rule.priority == "critical")


def test_a_file_changes_what_it_says(tmp_path):
    path = tmp_path / "ward.yaml"
    path.write_text("quiet_s: 60\nrules:\n  pause: {count: 5, priority: critical}\n")
    settings = read_alarm_settings(path)
    assert settings.quiet_s == 60.0
    assert (settings.rules["pause"].count, settings.rules["pause"].within_s) == (5, 300.0)
    assert settings.rules["asystole"] == AlarmSettings().rules["asystole"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("quit_s: 3", "quit_s: not known"),
        ("quiet_s: long", "quiet_s is 'long'"),
        ("quiet_s: -1", "give 0 or more"),
        ("quiet_s: true", "give 0 or more"),
        ("quiet_s: .nan", "give 0 or more"),
        ("most_escalations: 2.5", "whole number"),
        ("rules: {pause: {count: 0}}", "whole number"),
        ("rules: {pause: {priority: loud}}", "no priority"),
        ("rules: {paus: {count: 1}}", "paus: not known"),
        ("rules: {pause: 3}", "pause holds no keys"),
        ("rules: 3", "rules holds no keys"),
        ("[1, 2]", "holds no keys"),
        ("", "holds no keys"),
        ("a: [", "is no YAML"),
        ("x" * 500 + ": 1", "not known"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path, text, said):
    path = tmp_path / "wrong.yaml"
    path.write_text(text)
    with pytest.raises(UserError, match=said) as caught:
        read_alarm_settings(path)
    assert "x" * 100 not in str(caught.value)


def test_a_missing_file_says_what_to_copy(tmp_path):
    with pytest.raises(UserError, match=r"copy conf/live/default\.yaml"):
        read_alarm_settings(tmp_path / "no.yaml")

"""The options of `score`: which exclude each other, and what holds without them."""

import argparse

import pytest

from ecg_anomaly.cli.score_options import add_score_options


def parse(*words):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_score_options(parser)
    return parser.parse_args(["a.edf", *words])


def test_without_options_everything_is_decided_elsewhere():
    options = parse("b.hea")
    assert options.records == ["a.edf", "b.hea"]
    assert (options.output, options.workers, options.ignore) == ("scored", 1, [])
    for name in ("detector", "threshold", "false_alarm_rate", "lead", "fs", "unit", "fail_on"):
        assert getattr(options, name) is None, name


def test_signals_to_ignore_add_up():
    assert parse("--ignore", "Resp", "--ignore", "Pleth").ignore == ["Resp", "Pleth"]


@pytest.mark.parametrize(
    "words",
    [
        ("--threshold", "1", "--false-alarm-rate", "0.1"),
        ("--threshold", "high"),
        ("--unit", "A"),
        ("--only", "low"),
        ("--fail-on", "all"),
        ("--out", "folder"),
    ],
)
def test_options_that_cannot_be_are_refused(words):
    with pytest.raises(SystemExit):
        parse(*words)

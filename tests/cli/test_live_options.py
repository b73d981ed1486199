import argparse

import pytest

from ecg_anomaly.cli.live_options import add_live_options, check_live_numbers
from ecg_anomaly.files.errors import UserError


def parse(*words):
    parser = argparse.ArgumentParser(allow_abbrev=False)
    add_live_options(parser)
    return parser.parse_args(list(words))


def test_several_sources_may_be_named():
    assert parse("replay:a", "replay:b@1").sources == ["replay:a", "replay:b@1"]


def test_a_source_must_be_named(capsys):
    with pytest.raises(SystemExit):
        parse()
    assert "SOURCE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [(["--fs", "-3"], "--fs: -3.0"), (["--fs", "nan"], "--fs: nan"),
     (["--workers", "0"], "--workers: 0"), (["--workers", "65"], "from 1 to 64"),
     (["--snapshot", "-1"], "--snapshot: -1.0"), (["--snapshot", "inf"], "--snapshot: inf")],
)  # fmt: skip
def test_numbers_that_nothing_can_be_monitored_with_are_refused(words, said):
    with pytest.raises(UserError, match=said):
        check_live_numbers(parse("replay:a", *words))


def test_usual_numbers_are_accepted():
    check_live_numbers(parse("replay:a"))
    check_live_numbers(parse("-", "--fs", "250", "--snapshot", "0"))

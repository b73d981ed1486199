import argparse

import pytest

from ecg_anomaly.cli.live_options import add_live_options


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

import pytest

from ecg_anomaly.cli.main import make_parser


def test_a_table_must_be_named(capsys):
    with pytest.raises(SystemExit):
        make_parser().parse_args(["archive", "m.csv"])
    assert "--output" in capsys.readouterr().err


def test_by_default_the_detector_that_comes_along_scores_all():
    options = make_parser().parse_args(["archive", "m.csv", "--output", "t"])
    assert options.detector is options.shard is options.workers is None
    assert not options.beats
    assert not options.retry

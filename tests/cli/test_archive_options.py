import pytest

from ecg_anomaly.cli.option_parser import make_parser
from ecg_anomaly.files.errors import UserError


def test_a_table_must_be_named():
    with pytest.raises(UserError, match="--output"):
        make_parser().parse_args(["archive", "m.csv"])


def test_by_default_the_detector_that_comes_along_scores_all():
    options = make_parser().parse_args(["archive", "m.csv", "--output", "t"])
    assert options.detector is options.shard is options.workers is None
    assert not options.beats
    assert not options.retry

from dataclasses import fields

from ecg_anomaly.cli.option_parser import make_parser
from ecg_anomaly.records.read_options import AS_IT_IS, STRICT, ReadOptions


def test_nothing_is_said_by_default_and_learning_refuses_a_loss():
    assert ReadOptions() == AS_IT_IS == ReadOptions(None, None, None, (), False, False)
    assert ReadOptions(strict=True) == STRICT


def test_every_option_can_be_given_on_the_command_line():
    given = vars(make_parser().parse_args(["score", "x"]))
    assert {field.name for field in fields(ReadOptions)} <= set(given)

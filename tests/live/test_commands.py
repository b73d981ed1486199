import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.commands import ACKNOWLEDGE, QUIET, Command, read_command


def test_commands_are_read():
    assert read_command(ACKNOWLEDGE, {"key": "a:b:1"}) == Command(ACKNOWLEDGE, "a:b:1")
    assert read_command(QUIET, {"seconds": 60}) == Command(QUIET, "", 60.0)
    assert read_command(QUIET, {"stream": "bed 1"}) == Command(QUIET, "bed 1", None)


@pytest.mark.parametrize(
    "said",
    [[], None, {"key": 3}, {"key": "x" * 1000}, {"seconds": "9"}, {"seconds": -1},
     {"seconds": True}, {"seconds": float("nan")}, {"seconds": 1e9}],
)  # fmt: skip
def test_what_is_no_command_is_refused(said):
    with pytest.raises(UserError):
        read_command(ACKNOWLEDGE, said)

import pytest

from ecg_anomaly.cli.option_parser import OptionParser
from ecg_anomaly.cli.option_parser import make_parser as make_command_line
from ecg_anomaly.files.errors import MOST_SAID, UserError


def make_parser() -> OptionParser:
    parser = OptionParser(prog="tool", allow_abbrev=False)
    parser.add_argument("--size", type=int)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("draw").add_argument("shape", choices=["circle", "square"])
    return parser


@pytest.mark.parametrize(
    ("words", "where", "said"),
    [
        (["--size", "x", "draw", "circle"], "tool", "--size"),
        (["draw", "circle", "--width"], "tool", "--width"),
        (["draw", "line"], "tool draw", "line"),
        (["draw"], "tool draw", "shape"),
        ([], "tool", "command"),
    ],
)
def test_what_is_wrong_is_a_user_error_of_the_command(words, where, said):
    with pytest.raises(UserError) as refused:
        make_parser().parse_args(words)
    assert refused.value.where == where
    assert said in refused.value.rule
    assert refused.value.way_out == f"see {where} --help"


def test_records_of_a_comparison_are_not_called_required():
    with pytest.raises(UserError) as refused:
        make_command_line().parse_args(["compare", "reference"])
    assert refused.value.rule == "the following arguments are required: TEST"


def test_a_long_word_is_not_repeated():
    with pytest.raises(UserError) as refused:
        make_parser().parse_args(["draw", "circle", "--" + "x" * 100_000])
    assert len(str(refused.value)) < MOST_SAID


def test_help_still_ends_with_0(capsys):
    with pytest.raises(SystemExit) as ended:
        make_parser().parse_args(["draw", "--help"])
    assert ended.value.code == 0
    assert "circle" in capsys.readouterr().out

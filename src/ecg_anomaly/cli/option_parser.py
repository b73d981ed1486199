"""Make the parser of the command line, whose errors are a `UserError` of one line."""

from argparse import ArgumentParser
from typing import NoReturn

from ecg_anomaly import NOT_A_DEVICE, __version__
from ecg_anomaly.cli.archive_options import add_archive_parsers
from ecg_anomaly.cli.live_options import add_live_options
from ecg_anomaly.cli.score_options import add_score_options
from ecg_anomaly.files.errors import UserError


class OptionParser(ArgumentParser):
    """An `ArgumentParser` that raises a `UserError` where that of the library ends the process.

    The library prints the usage and exits with status 2. A script that calls ``ecg-anomaly`` can
    rather rely on one rule: whatever a user can correct is one line on standard error, and status
    1. Parsers of subcommands are of this class too.

    Examples
    --------
    >>> parser = OptionParser(prog="ecg-anomaly score")
    >>> _ = parser.add_argument("--fs", type=float)
    >>> parser.parse_args(["--fs", "x"])
    Traceback (most recent call last):
    ecg_anomaly.files.errors.UserError: ecg-anomaly score: argument --fs: invalid float value: 'x'; see ecg-anomaly score --help
    """  # noqa: E501 - a message is one line

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Parameters
        ----------
        message : str
            What is wrong with it.

        Raises
        ------
        UserError
            Always.
        """
        raise UserError(self.prog, message, f"see {self.prog} --help")


def make_parser() -> ArgumentParser:
    """Make the parser of the command line."""
    parser = OptionParser(
        prog="ecg-anomaly",
        description="Finds unusual heartbeats in ECG recordings.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"ecg-anomaly {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    score = commands.add_parser(
        "score",
        help="score recordings with a trained detector",
        description="Scores every heartbeat of recordings and writes, for each recording, "
        "NAME.beats.csv, NAME.summary.json, NAME.anom (WFDB annotations) and NAME.html.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    add_score_options(score)
    compare = commands.add_parser(
        "compare",
        help="compare annotations with a reference, as ANSI/AAMI EC57 asks",
        description="Compares the WFDB annotations RECORD.ANNOTATOR of two folders beat by beat, "
        "run by run and episode by episode, and prints sensitivity and positive predictivity.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    _add_compare_options(compare)
    live = commands.add_parser(
        "live",
        help="monitor running ECGs: events, findings and alarms as they come",
        description="Scores running ECGs beat by beat and prints a line of JSON for each flagged "
        "beat, finding, alarm and technical problem.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    add_live_options(live)
    add_archive_parsers(commands)
    return parser


def _add_compare_options(parser: ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REFERENCE", help="folder of the reference")
    parser.add_argument("test", metavar="TEST", help="folder of the annotations to compare")
    parser.add_argument(
        "records",
        nargs="*",
        default=[],  # without it the library calls them required
        metavar="RECORD",
        help="names of records; all in TEST if none",
    )
    parser.add_argument(
        "--reference-annotator",
        default="atr",
        metavar="NAME",
        help="how the file names of the reference end (%(default)s)",
    )
    parser.add_argument(
        "--test-annotator",
        action="append",
        metavar="NAME",
        help="how the file names in TEST end (anom); may be given several times",
    )
    parser.add_argument(
        "--output", metavar="DIR", help="write the tables of bxb, rxr, epicmp and sumstats there"
    )
    parser.add_argument("--json", metavar="FILE", help="write summary and tables as JSON")

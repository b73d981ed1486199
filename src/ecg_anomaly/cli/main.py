"""The command line of ``ecg-anomaly``; heavy imports wait until the options are known."""

import argparse
import sys
from collections.abc import Sequence

from ecg_anomaly import NOT_A_DEVICE, __version__
from ecg_anomaly.cli.archive_options import add_archive_parsers
from ecg_anomaly.cli.live_options import add_live_options
from ecg_anomaly.cli.option_parser import OptionParser
from ecg_anomaly.cli.score_options import add_score_options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        Instead of those of the process.

    Returns
    -------
    int
        0; 1 after a `UserError`, as of a wrong option, or when what was printed is lost; see
        `score_all` for 3. A signal ends the process, after temporary files have been removed.
    """
    from ecg_anomaly.cli.output_lines import open_closed_streams, print_line
    from ecg_anomaly.files.errors import UserError
    from ecg_anomaly.files.stop_signals import handled_stop_signals

    open_closed_streams()
    try:
        options = make_parser().parse_args(arguments)
        with handled_stop_signals():
            return _run(options)
    except UserError as error:
        print_line(f"error: {error}", sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    if options.command == "compare":
        from ecg_anomaly.cli.compare import compare_all

        return compare_all(options)
    if options.command == "live":
        from ecg_anomaly.cli.live import monitor_all

        return monitor_all(options)
    if options.command == "archive":
        from ecg_anomaly.cli.archive import archive_all

        return archive_all(options)
    if options.command == "archive-page":
        from ecg_anomaly.cli.archive_pages import write_archive_page

        return write_archive_page(options)
    if options.command == "drift":
        from ecg_anomaly.cli.drift import compare_with_reference

        return compare_with_reference(options)
    from ecg_anomaly.cli.score import score_all

    return score_all(options)


def make_parser() -> argparse.ArgumentParser:
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


def _add_compare_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", metavar="REFERENCE", help="folder of the reference")
    parser.add_argument("test", metavar="TEST", help="folder of the annotations to compare")
    parser.add_argument(
        "records", nargs="*", metavar="RECORD", help="names of records; all in TEST if none"
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


if __name__ == "__main__":
    sys.exit(main())

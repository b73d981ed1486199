"""The command line of ``ecg-anomaly``; heavy imports wait until the options are known."""

import argparse
import sys
from collections.abc import Sequence

from ecg_anomaly.cli.option_parser import make_parser


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
    """Run a command; a package that it needs and that is not installed is an error of one line."""
    from ecg_anomaly.files.errors import UserError

    try:
        return _run_command(options)
    except ModuleNotFoundError as error:  # as most are missing in a small install (docs/live.md)
        package = (error.name or "").partition(".")[0]
        if package in ("", "ecg_anomaly"):
            raise
        rule = f"needs the package {package}, which is not installed"
        way_out = "install ecg-anomaly with all its packages (requirements-scoring.txt has fewer)"
        raise UserError(f"ecg-anomaly {options.command}", rule, way_out) from error


def _run_command(options: argparse.Namespace) -> int:
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
    from ecg_anomaly.files.process_memory import rare_collections, skip_last_search

    skip_last_search()
    with rare_collections():
        from ecg_anomaly.cli.score import score_all

        return score_all(options)


if __name__ == "__main__":
    sys.exit(main())

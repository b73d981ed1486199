"""The options of ``ecg-anomaly archive`` and of what reads its tables."""

import argparse
from typing import Any

from ecg_anomaly import NOT_A_DEVICE


def add_archive_parsers(commands: Any) -> None:
    """Add the commands to the parser of the command line.

    Parameters
    ----------
    commands : argparse action
        What ``add_subparsers`` returned.
    """
    parser = commands.add_parser(
        "archive",
        help="score an archive of recordings into tables, here, on Slurm or on Spark",
        description="Scores every recording of a manifest and writes the tables recordings and,"
        " if asked for, beats as Parquet. A second run goes on where the first one ended.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    _add_archive_options(parser)
    page = commands.add_parser(
        "archive-page",
        help="write the page of an archive, or the triage page of one of its recordings",
        description="Writes archive.html: what was found in how many recordings, the most critical"
        " first, and what was not scored, by reason.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    _add_page_options(page)
    drift = commands.add_parser(
        "drift",
        help="compare what recordings look like with the detector's reference",
        description="Compares rate, rhythm, amplitudes, noise, leads and scores of a site's"
        " recordings with those that the detector was made with, by subject. Exits with status 3"
        " when a measure drifts.",
        epilog=NOT_A_DEVICE,
        allow_abbrev=False,
    )
    _add_drift_options(drift)


def _add_drift_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "site", metavar="TABLE", help="a table of `ecg-anomaly archive`, or a folder of recordings"
    )
    parser.add_argument(
        "--reference", metavar="TABLE", help="compare with these recordings instead"
    )
    parser.add_argument(
        "--detector",
        metavar="DETECTOR",
        help="as for `ecg-anomaly score` (the one that comes along)",
    )
    parser.add_argument(
        "--false-alarm-rate",
        type=float,
        default=0.05,
        metavar="X",
        help="share of comparisons of like with like that may give an alarm (%(default)s)",
    )
    parser.add_argument(
        "--output", default="drift", metavar="DIR", help="where the page goes (%(default)s)"
    )
    parser.add_argument(
        "--track", action="store_true", help="log the numbers to MLflow, where they show over time"
    )


def _add_page_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("table", metavar="TABLE", help="folder or address of the tables")
    parser.add_argument(
        "--output", default="archive", metavar="DIR", help="where the page goes (%(default)s)"
    )
    parser.add_argument(
        "--detector", metavar="DETECTOR", help="the one that the archive was scored with"
    )
    parser.add_argument(
        "--pages",
        type=int,
        default=0,
        metavar="N",
        help="make the triage pages of the N most critical recordings too (%(default)s)",
    )
    parser.add_argument(
        "--recording", metavar="URI", help="make the triage page of this recording, nothing else"
    )


def _add_archive_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "manifest",
        metavar="MANIFEST",
        help="a recording a row: CSV or Parquet with a column uri, or text with one a line; paths,"
        " s3://, gs://, hdfs://",
    )
    parser.add_argument(
        "--output", required=True, metavar="TABLE", help="folder or address of the tables"
    )
    parser.add_argument(
        "--detector",
        metavar="DETECTOR",
        help="as for `ecg-anomaly score` (the one that comes along)",
    )
    parser.add_argument(
        "--shard", metavar="I/N", help="score the I-th of N shards, I from 0, without Spark"
    )
    parser.add_argument(
        "--workers", type=int, metavar="N", help="score by N processes here, without Spark (1)"
    )
    parser.add_argument(
        "--master",
        metavar="URL",
        help="master of Spark (local[*], all cores of this machine, unless --workers or --shard"
        " are given)",
    )
    parser.add_argument("--beats", action="store_true", help="write the table of beats too")
    parser.add_argument(
        "--retry", action="store_true", help="try again what failed or was set aside before"
    )

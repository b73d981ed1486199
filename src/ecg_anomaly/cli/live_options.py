"""The options of ``ecg-anomaly live``, apart from what it runs, which takes time to import."""

from argparse import ArgumentParser


def add_live_options(parser: ArgumentParser) -> None:
    """Add the options of ``ecg-anomaly live`` to a parser.

    Parameters
    ----------
    parser : ArgumentParser
        Of the command.
    """
    parser.add_argument(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="replay:RECORD[@SPEED] (speed 1 is real time; by default as fast as it goes)",
    )
    parser.add_argument(
        "--detector",
        metavar="DETECTOR",
        help="a detector folder, or models:/NAME@ALIAS of the MLflow registry (by default the"
        " detector that comes with the package)",
    )
    parser.add_argument("--lead", metavar="NAME", help="the lead to look at first, in any spelling")
    _add_limits(parser)


def _add_limits(parser: ArgumentParser) -> None:
    threshold = parser.add_mutually_exclusive_group()
    threshold.add_argument("--threshold", type=float, metavar="X", help="flag scores above X")
    threshold.add_argument(
        "--false-alarm-rate",
        type=float,
        metavar="X",
        help="flag the scores that a share X of normal beats exceeded in calibration",
    )
    parser.add_argument(
        "--findings",
        metavar="FILE",
        help="limits of the rules of findings, a changed copy of conf/findings/default.yaml",
    )
    parser.add_argument(
        "--alarms",
        metavar="FILE",
        help="what alarms, how urgently and how often, a changed copy of conf/live/default.yaml",
    )

"""The options of ``ecg-anomaly live``, apart from what it runs, which takes time to import."""

import math
from argparse import ArgumentParser, Namespace

from ecg_anomaly.cli.score_options import add_detector_option, add_lead_option
from ecg_anomaly.files.errors import UserError

#: Processes that monitor at most.
MOST_WORKERS = 64


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
        help="replay:RECORD[@SPEED] (speed 1 is real time, by default as fast as it goes), - or"
        " tcp://HOST:PORT (lines of JSON or CSV), ws://HOST:PORT/PATH, mqtt://HOST/TOPIC,"
        " kafka://HOST:PORT/TOPIC, lsl:NAME, ble:NAME, websocket: (streams that are sent to"
        " /streams of the page)",
    )
    add_detector_option(parser)
    add_lead_option(parser)
    parser.add_argument(
        "--fs", type=float, metavar="HZ", help="sampling rate of streams that do not state it"
    )
    parser.add_argument(
        "--unit", choices=("mV", "uV", "V"), help="unit of streams that state none (mV; of LSL uV)"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        metavar="N",
        help="processes that share the streams among them (%(default)d): one for each core that"
        " may be used, for more than some hundred streams",
    )
    _add_limits(parser)


def check_live_numbers(options: Namespace) -> None:
    """Refuse numbers that nothing can be monitored with.

    Parameters
    ----------
    options : argparse.Namespace
        From `add_live_options`.

    Raises
    ------
    UserError
        For a sampling rate that is not above 0, a time between snapshots below 0, or a number of
        processes that cannot be.
    """
    fs, snapshot, workers = options.fs, options.snapshot, options.workers
    if not 1 <= workers <= MOST_WORKERS:
        rule = f"{workers} is no number of processes"
        raise UserError("--workers", rule, f"give a number from 1 to {MOST_WORKERS}")
    if fs is not None and not 0 < fs < math.inf:
        raise UserError("--fs", f"{fs} is no sampling rate", "give a number of Hz above 0")
    if not 0 <= snapshot < math.inf:
        raise UserError("--snapshot", f"{snapshot} is no time", "give seconds, 5 for example")


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
    _add_keeping(parser)
    _add_outputs(parser)
    _add_service(parser)


def _add_keeping(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--store",
        default="live.sqlite",
        metavar="URL",
        help="where events, strips of alarms and snapshots are kept: a file of SQLite, or"
        " postgresql+psycopg://... (%(default)s)",
    )
    parser.add_argument(
        "--snapshot",
        type=float,
        default=5.0,
        metavar="S",
        help="seconds between two snapshots of a stream, from which a killed process goes on"
        " (%(default)g)",
    )


def _add_outputs(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--output",
        action="append",
        default=[],
        metavar="WORD",
        help="where else events go: mqtt://HOST/TOPIC, kafka://HOST:PORT/TOPIC, https://... (a web"
        " hook), fhir:FILE (alarms as FHIR R4); may be given several times",
    )


def _add_service(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--open", action="store_true", help="show the patients in a browser, which is opened"
    )
    parser.add_argument(
        "--serve", action="store_true", help="serve the same page without opening a browser"
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address of the page (%(default)s); any other than this machine needs --token-file,"
        " and TLS in front of it",
    )
    parser.add_argument(
        "--port",
        type=int,
        metavar="N",
        help="of the page (8421, or a free one where that is taken); with a port, that one alone",
    )
    parser.add_argument(
        "--token-file", metavar="FILE", help="a file with the token that browsers are asked for"
    )

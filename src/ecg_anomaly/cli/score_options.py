"""The options of ``ecg-anomaly score``, apart from what it runs, which takes time to import."""

from argparse import ArgumentParser


def add_score_options(parser: ArgumentParser) -> None:
    """Add the options of ``ecg-anomaly score`` to a parser.

    Parameters
    ----------
    parser : ArgumentParser
        Of the command.
    """
    parser.add_argument(
        "records",
        nargs="+",
        metavar="RECORD",
        help="a WFDB record (with or without .hea), EDF, ISHNE, DICOM, SCP-ECG, HL7 aECG, Philips"
        " or MUSE XML, XDF, a table as CSV or Parquet",
    )
    add_detector_option(parser)
    parser.add_argument(
        "--output", default="scored", metavar="DIR", help="where the results go (%(default)s)"
    )
    _add_decision_options(parser)
    _add_finding_options(parser)
    _add_reading_options(parser)
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="recordings at a time (%(default)s)"
    )


def _add_decision_options(parser: ArgumentParser) -> None:
    threshold = parser.add_mutually_exclusive_group()
    threshold.add_argument("--threshold", type=float, metavar="X", help="flag scores above X")
    threshold.add_argument(
        "--false-alarm-rate",
        type=float,
        metavar="X",
        help="flag the scores that a share X of normal beats exceeded in calibration",
    )


def _add_finding_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--only",
        choices=("critical", "high", "all"),
        default="all",
        help="the least level of the findings that a page shows (%(default)s)",
    )
    parser.add_argument(
        "--fail-on",
        choices=("critical", "high"),
        help="exit with status 3 when a recording has a finding of this level or a worse one",
    )
    parser.add_argument(
        "--findings",
        metavar="FILE",
        help="limits of the rules of findings, a changed copy of conf/findings/default.yaml",
    )


def _add_reading_options(parser: ArgumentParser) -> None:
    add_lead_option(parser)
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="NAME",
        help="a signal to leave out; may be given several times",
    )
    parser.add_argument(
        "--fs", type=float, metavar="HZ", help="sampling rate of a table that does not say it"
    )
    parser.add_argument(
        "--unit", choices=("mV", "uV", "V"), help="unit of the signals that state none"
    )
    parser.add_argument(
        "--annotate-all",
        action="store_true",
        help="annotate every beat in NAME.anom, N too, as a comparison with a reference needs it",
    )
    parser.add_argument("--strict", action="store_true", help="refuse a recording that was cut off")
    parser.add_argument(
        "--accept-checksum",
        action="store_true",
        help="read a recording although a checksum is wrong, and say so",
    )


def add_detector_option(parser: ArgumentParser) -> None:
    """Add ``--detector``, which live monitoring has, too."""
    parser.add_argument(
        "--detector",
        metavar="DETECTOR",
        help="a detector folder, or models:/NAME@ALIAS of the MLflow registry (by default the"
        " detector that comes with the package)",
    )


def add_lead_option(parser: ArgumentParser) -> None:
    """Add ``--lead``, which live monitoring has, too."""
    parser.add_argument("--lead", metavar="NAME", help="the lead to look at first, in any spelling")

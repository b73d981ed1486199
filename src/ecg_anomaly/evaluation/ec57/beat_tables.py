"""The tables of a beat-by-beat comparison, in the exact format of WFDB's bxb and sumstats."""

from collections.abc import Mapping

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison
from ecg_anomaly.evaluation.ec57.line_table import LineTable, Row, Share
from ecg_anomaly.evaluation.ec57.ratio import Ratio

_HITS = "Nn' Vn' Fn' Nv Vv Fv'"
_AFTER_VV = ("Fv'", "Ov'", "No'")

#: EC57:2012, table A.2: supraventricular beats count as normal, and a primed letter includes the
#: classes without a column (n' is n, s, f and q; F' is F and Q; o' is o and x; O' is O and X).
BEATS = LineTable(
    heading=(
        "Record Nn' Vn' Fn' On'  Nv   Vv  Fv' Ov' No' Vo' Fo'  Q Se   Q +P   V Se   V +P  V FPR",
    ),
    counts={"Nn'": " %5d"}
    | dict.fromkeys(("Vn'", "Fn'", "On'", "Nv"), " %3d")
    | {"Vv": " %4d"}
    | dict.fromkeys((*_AFTER_VV, "Vo'", "Fo'"), " %3d"),
    shares={
        "Q Se": Share(_HITS, f"{_HITS} No' Vo' Fo'"),
        "Q +P": Share(_HITS, f"{_HITS} On' Ov'"),
        "V Se": Share("Vv", "Vn' Vv Vo'"),
        "V +P": Share("Vv", "Nv Vv Ov'"),
        "V FPR": Share("Nv Ov'", "Nn' Fn' On' Nv Ov'", " %6.3f"),
    },
    measures=(),
    totals={"QRS complexes": f"{_HITS} No' Vo' Fo'", "VEBs": "Vn' Vv Vo'"},
    name_template="%4s",
    sum_template="Sum  %6d",
    gross_column=54,
    rule_length=86,
)

_S_HITS = "Nn' Sn' Vn' Fn' Ns Ss Vs Fs' Nv Sv Vv Fv'"
_S_MISSES = "No' So' Vo' Fo'"
_BEFORE_VV = ("Sn'", "Vn'", "Fn'", "On'", "Ns", "Ss", "Vs", "Fs'", "Os'", "Nv", "Sv")

#: The same with supraventricular beats. The share ``S +P`` is that of sumstats, which cannot tell
#: F from Q in ``Fs'``; bxb, for one record, counts Fs as an error.
BEATS_WITH_SVEB = LineTable(
    heading=(
        "Record Nn' Sn' Vn' Fn' On'  Ns  Ss  Vs  Fs' Os' Nv  Sv   Vv  Fv' Ov' No' So' Vo' Fo'"
        "  Q Se   Q +P   V Se   V +P   S Se   S +P RR err",
    ),
    counts={"Nn'": " %5d"}
    | dict.fromkeys(_BEFORE_VV, " %3d")
    | {"Vv": " %4d"}
    | dict.fromkeys((*_AFTER_VV, "So'", "Vo'", "Fo'"), " %3d"),
    shares={
        "Q Se": Share(_S_HITS, f"{_S_HITS} {_S_MISSES}"),
        "Q +P": Share(_S_HITS, f"{_S_HITS} On' Os' Ov'"),
        "V Se": Share("Vv", "Vn' Vs Vv Vo'"),
        "V +P": Share("Vv", "Nv Sv Vv Ov'"),
        "S Se": Share("Ss", "Sn' Ss Sv So'"),
        "S +P": Share("Ss", "Ns Ss Vs Os'"),
    },
    measures=("RR err",),
    totals={
        "QRS complexes": f"{_S_HITS} {_S_MISSES}",
        "VEBs": "Vn' Vs Vv Vo'",
        "SVEBs": "Sn' Ss Sv So'",
    },
    name_template="%4s",
    sum_template="Sum %6d",
    gross_column=83,
    rule_length=132,
)

_MERGED_TESTS = {"n'": "nfq", "s": "s", "s'": "s", "v": "v", "v'": "v", "o'": "ox"}


def beat_row(record: str, compared: BeatComparison) -> Row:
    """Make the line of a record in the table `BEATS`."""
    reference = {"N": "NS", "V": "V", "F": "FQ", "O": "OX"}
    tests = _MERGED_TESTS | {"n'": "nsfq"}
    return BEATS.make_row(record, _merge(compared, BEATS, reference, tests))


def beat_row_with_sveb(record: str, compared: BeatComparison) -> Row:
    """Make the line of a record in the table `BEATS_WITH_SVEB`, with its error of RR intervals."""
    reference = {"N": "N", "S": "S", "V": "V", "F": "FQ", "O": "OX"}
    counts = _merge(compared, BEATS_WITH_SVEB, reference, _MERGED_TESTS)
    row = dict(BEATS_WITH_SVEB.make_row(record, counts))
    return row | {"S +P": compared.predictivity("S").percent, "RR err": compared.rr_error_ms}


def _merge(
    compared: BeatComparison,
    table: LineTable,
    reference: Mapping[str, str],
    test: Mapping[str, str],
) -> dict[str, float]:
    """Add up, for each column of the table, the elements of the matrix that it includes."""
    return {name: compared.sum(reference[name[0]], test[name[1:]]) for name in table.counts}


def format_matrix(record: str, reference: str, test: str, compared: BeatComparison) -> str:
    """Print the whole matrix of a record: EC57:2012, table 3.

    Parameters
    ----------
    record, reference, test : str
        Names of the record and of the annotators.
    compared : BeatComparison
        Result of the comparison.

    Returns
    -------
    str
        The lines that ``bxb -S`` appends for a record.
    """
    lines = [
        f"Beat-by-beat comparison results for record {record}",
        f"Reference annotator: {reference}",
        f"     Test annotator: {test}",
        "",
        "               Algorithm",
        "        n    s    v    f    q    o    x",
        "   ____________________________________",
        *(_matrix_line(compared, label, "nsvfqox") for label in "NSVFQ"),
        *(_matrix_line(compared, label, "nsvfq") for label in "OX"),
        "",
        _share_line("QRS sensitivity", compared.qrs_sensitivity),
        _share_line("QRS positive predictivity", compared.qrs_predictivity),
        _share_line("VEB sensitivity", compared.sensitivity("V")),
        _share_line("VEB positive predictivity", compared.predictivity("V")),
        _share_line("SVEB sensitivity", compared.sensitivity("S")),
        _share_line("SVEB positive predictivity", compared.predictivity("S")),
        "     RMS RR interval error:" + _rr_error(compared.rr_error_ms),
    ]
    return "".join(f"{line}\n" for line in lines)


def _matrix_line(compared: BeatComparison, label: str, tests: str) -> str:
    first, *others = (compared.counts[label + test] for test in tests)
    return f" {label} |{first:5d}" + "".join(f"{count:5d}" for count in others)


def _share_line(name: str, ratio: Ratio) -> str:
    share = "     - " if ratio.percent is None else f"{ratio.percent:6.2f}%"
    return f"{name:>26}: {share} ({ratio.hits}/{ratio.of})"


def _rr_error(error: float | None) -> str:
    return "      -" if error is None else f" {error:6.2f} ms"

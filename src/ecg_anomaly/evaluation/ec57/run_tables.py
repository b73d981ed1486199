"""The tables of runs of ectopic beats, as rxr and sumstats print them (EC57:2012, table A.7)."""

from ecg_anomaly.evaluation.ec57.line_table import LineTable, Row, Share
from ecg_anomaly.evaluation.ec57.run_comparison import RunComparison

_SIZES = "CSL"  # couplets, short runs, long runs
_HEADING = "Record CTs CFN CTp CFP STs SFN STp SFP LTs LFN LTp LFP  CSe C+P SSe S+P LSe L+P"


def _make_table(*title: str) -> LineTable:
    shares: dict[str, Share] = {}
    for size, template in zip(_SIZES, ("  %3.0f", " %3.0f", " %3.0f"), strict=True):
        shares[f"{size}Se"] = Share(f"{size}Ts", f"{size}Ts {size}FN", template)
        shares[f"{size}+P"] = Share(f"{size}Tp", f"{size}Tp {size}FP", " %3.0f")
    return LineTable(
        heading=(*title, _HEADING),
        counts={f"{size}{what}": " %3d" for size in _SIZES for what in ("Ts", "FN", "Tp", "FP")},
        shares=shares,
        measures=(),
        totals={"couplets": "CTs CFN", "short runs": "STs SFN", "long runs": "LTs LFN"},
        name_template="%4s",
        sum_template="Sum %6d",
        gross_column=54,
        rule_length=77,
        whole_percent=True,
    )


#: Runs of ventricular beats, and of supraventricular ones.
VENTRICULAR_RUNS = _make_table()
SUPRAVENTRICULAR_RUNS = _make_table("(SVE run detection)")


def run_row(record: str, compared: RunComparison, table: LineTable) -> Row:
    """Make the line of a record.

    Parameters
    ----------
    record : str
        Name of the record.
    compared : RunComparison
        Numbers of runs.
    table : LineTable
        `VENTRICULAR_RUNS` or `SUPRAVENTRICULAR_RUNS`.
    """
    columns = (compared.found, compared.missed, compared.true, compared.false)
    counts = (column[size] for size in range(len(_SIZES)) for column in columns)
    return table.make_row(record, dict(zip(table.counts, counts, strict=True)))

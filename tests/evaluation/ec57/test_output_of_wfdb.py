"""Our tables are those that WFDB's programs print, to the character; needs their output.

The folder ``ECG_ANOMALY_EC57`` holds ``annotations/RECORD.ANNOTATOR``, and in ``expected/`` what
the programs print for them; the reference is ``../data/mitdb``.
"""

import os
from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.evaluation.ec57 import beat_tables
from ecg_anomaly.evaluation.ec57.beat_comparison import compare_beats
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks

FOLDER = Path(os.environ.get("ECG_ANOMALY_EC57", "not set"))
REFERENCE = FOLDER.parent / "data" / "mitdb"

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="ECG_ANOMALY_EC57 is not set")


def read(path: Path) -> Marks:
    marks = wfdb.rdann(str(path.with_suffix("")), path.suffix[1:])
    return Marks(marks.sample, np.array(marks.symbol), marks.subtype, np.array(marks.aux_note))


@pytest.mark.parametrize("annotator", ["mild", "wild"])
def test_beat_by_beat(annotator):
    records = sorted(path.stem for path in REFERENCE.glob("*.atr"))
    compared = {
        name: compare_beats(
            read(REFERENCE / f"{name}.atr"),
            read(FOLDER / "annotations" / f"{name}.{annotator}"),
            ComparedPart(360, 650_000),
        )
        for name in records
    }
    rows = [beat_tables.beat_row(name, c) for name, c in compared.items()]
    assert expected(annotator, "bxb.line") == beat_tables.BEATS.format_table(rows)
    assert expected(annotator, "bxb.line.sumstats") == beat_tables.BEATS.format_sumstats(rows)
    rows = [beat_tables.beat_row_with_sveb(name, c) for name, c in compared.items()]
    table = beat_tables.BEATS_WITH_SVEB
    assert expected(annotator, "bxb.sveb.line") == table.format_table(rows)
    assert expected(annotator, "bxb.sveb.line.sumstats") == table.format_sumstats(rows)
    matrices = [beat_tables.format_matrix(n, "atr", annotator, c) for n, c in compared.items()]
    assert expected(annotator, "bxb.standard") == "".join(matrices)


def expected(annotator: str, name: str) -> str:
    return (FOLDER / "expected" / f"{annotator}.{name}").read_text(encoding="utf-8")

"""A record of MIT-BIH's kind: a fusion beat that is not flagged before a ventricular one."""

from pathlib import Path

import numpy as np

from ecg_anomaly.detector.decisions import DTYPES, BeatDecisions
from ecg_anomaly.evaluation.ec57.annotator_files import ReferenceFile
from ecg_anomaly.evaluation.ec57.marks import ComparedPart, Marks
from lab.findings.run_limits import KnownRecord

FS = 250.0


def make_record(fusion: float = 0.57, codes: str = "FV") -> KnownRecord:
    """Beats at 75 a minute; those at 360 s, after the learning period, have the given codes."""
    time_s = np.arange(500) * 0.8
    columns = {name: np.zeros(500, kind) for name, kind in DTYPES.items()}
    columns |= {"time_s": time_s, "sample": np.rint(time_s * FS).astype(np.int64)}
    columns |= {"rr_s": np.full(500, 0.8), "quality": np.ones(500, np.float32)}
    columns |= {name: np.full(500, "", object) for name in ("unreadable", "aami", "reason", "lead")}
    columns["aami"][451], columns["anomalous"][451] = "V", True
    columns["fusion"][450], columns["ventricular"][451] = fusion, 0.9
    symbols = np.full(500, "N")
    symbols[450 : 450 + len(codes)] = list(codes)
    decisions = BeatDecisions(**columns)
    part = ComparedPart(FS, int(time_s[-1] * FS), length_known=True)
    marks = Marks.of_beats(decisions.sample, symbols)
    return KnownRecord(decisions, ReferenceFile(Path("208.atr"), marks, part))

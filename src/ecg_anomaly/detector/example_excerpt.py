"""A stretch of recording to show what a detector takes and gives."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record

#: Long enough for a running template, short enough to stay with a model.
EXAMPLE_S = 30.0


def cut_example(records: Iterable[Record]) -> Record:
    """Cut the start of the first record, without annotations and without gaps.

    Raises
    ------
    UserError
        When there is no record.
    """
    record = next(iter(records), None)
    if record is None:
        raise UserError("data/records", "no record in the archive", "run `dvc repro -f extract`")
    n_samples = round(EXAMPLE_S * record.fs)
    if record.segment_length:
        n_samples -= n_samples % record.segment_length
    signal = np.nan_to_num(record.signal[:n_samples])
    return replace(record, signal=signal, annotations=None)

"""Damage to files that must be read or refused in one line."""

import os
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import StoredRecord

Reader = Callable[[Path], StoredRecord]


def count_readable_cuts(path: Path, content: bytes, reader: Reader) -> int:
    """Cut a file at every place, check that it is read or refused in one line, count the former."""
    n_read = 0
    refusals: list[UserError] = []
    path.write_bytes(content)
    for length in reversed(range(len(content))):
        os.truncate(path, length)
        try:
            recording = reader(path)
            recording.read(0, recording.n_samples)
            n_read += 1
        except UserError as refusal:
            refusals.append(refusal)
    assert {refusal.where for refusal in refusals} == {str(path)}
    assert all(len(str(refusal).splitlines()) == 1 for refusal in refusals)
    assert max(len(refusal.rule) for refusal in refusals) < 400
    return n_read

from pathlib import Path

import numpy as np

from ecg_anomaly.records.opening import open_record
from lab.fuzzing.specimens import Specimen


def test_every_specimen_is_valid(specimens: list[Specimen], tmp_path: Path) -> None:
    for i, specimen in enumerate(specimens):
        folder = tmp_path / str(i)
        folder.mkdir()
        for name, content in specimen.files.items():
            (folder / name).write_bytes(content)
        recording = open_record(folder / specimen.target, options=specimen.options)
        found = recording.read(0, recording.n_samples)
        gaps = specimen.kind in ("wfdb segments", "edf+d", "wfdb frames")
        assert np.isfinite(found).mean() > (0.4 if gaps else 0.99), specimen.kind

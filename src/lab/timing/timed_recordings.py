"""Half an hour of a simulated person with ectopic beats, as a WFDB record."""

import sys
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing.repetition import PIECE_S


def write_piece(folder: Path) -> Path:
    """Write half an hour of two leads at 360 Hz as the WFDB record ``piece``."""
    config = SimulationConfig(n_subjects=3, duration_s=PIECE_S, fs=360.0, seed=5)
    record = list(simulate_records(config))[2]
    write_record(record, folder)
    for path in folder.glob(f"{record.name}.*"):
        text = path.read_bytes().replace(record.name.encode(), b"piece")
        path.with_stem("piece").write_bytes(text if path.suffix == ".hea" else path.read_bytes())
    return folder / "piece"


if __name__ == "__main__":
    write_piece(Path(sys.argv[1]))

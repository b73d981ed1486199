"""Stage `extract`: recordings of the configured data set into one archive.

python src/extract_records.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.records.record_archive import write_records
from ecg_anomaly.records.record_notes import describe_extracted

RAW, RECORDS = Path("data/raw"), Path("data/records")


@stage
def extract_records(config: PipelineConfig) -> None:
    """Find, check and archive the recordings that can be used."""
    source = open_dataset(config.dataset, RAW)
    records = track(source, f"extract {config.dataset.name}", len(source))
    index = write_records(records, RECORDS, source.left_out)
    for line in describe_extracted(index, source.left_out):
        print(line)


if __name__ == "__main__":
    extract_records()

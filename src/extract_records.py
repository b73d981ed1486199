"""Stage `extract`: recordings of the configured data set into one archive.

python src/extract_records.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.datasets import open_dataset
from ecg_anomaly.records.record_archive import write_records

RAW, RECORDS = Path("data/raw"), Path("data/records")

#: So many of the records that cannot be used are printed; the page of stage explore lists all.
MOST_PRINTED = 20


@stage
def extract_records(config: PipelineConfig) -> None:
    """Find, check and archive the recordings that can be used."""
    source = open_dataset(config.dataset, RAW)
    records = track(source, f"extract {config.dataset.name}", len(source))
    index = write_records(records, RECORDS, source.left_out)
    if source.left_out:
        n_all = len(source.left_out) + len(index)
        print(f"left out {len(source.left_out)} of {n_all} records, which cannot be used:")
        for record in source.left_out[:MOST_PRINTED]:
            print(f"  {record.name}: {record.why}")
        if len(source.left_out) > MOST_PRINTED:
            print("  ... all of them: data/exploration/exploration.html")
    unlabelled = [row["name"] for row in index if not row["labelled"]]
    if unlabelled:
        print(f"{len(unlabelled)} of {len(index)} records are not labelled")


if __name__ == "__main__":
    extract_records()

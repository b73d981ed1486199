"""Stage `explore`: summarise the recordings, before they are filtered, as a page and as JSON.

python src/explore_records.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.exploration.exploration_page import render_exploration
from ecg_anomaly.exploration.exploration_summary import summarise_records
from ecg_anomaly.files.atomic import replace_folder, write_json, write_text
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.record_archive import RecordArchive

RECORDS, EXPLORATION = Path("data/records"), Path("data/exploration")


@stage
def explore_records(config: PipelineConfig) -> None:
    """Summarise the recordings and write a page to read and the numbers behind it."""
    archive = RecordArchive(RECORDS)
    summary = summarise_records(
        track(archive, "explore records"),
        config.preprocess,
        escape_beats=config.dataset.escape_beats,
        left_out=archive.left_out,
    )
    with replace_folder(EXPLORATION) as folder:
        write_json(folder / "exploration.json", summary)
        write_text(folder / "exploration.html", render_exploration(summary))
    print(f"look at {EXPLORATION}/exploration.html")


if __name__ == "__main__":
    explore_records()

"""Score parts of an archive in the Python workers of Spark's executors.

Nothing here imports Spark, Keras or TensorFlow. The detector comes as the bytes of its files, which
Spark sends once to each executor; a worker writes and loads them once, and keeps its scoring
process from one task to the next.
"""

import atexit
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from ecg_anomaly.archive.archive_run import ArchiveJob
from ecg_anomaly.archive.archive_schema import FAILED
from ecg_anomaly.archive.scoring_process import ScoringProcess
from ecg_anomaly.files.errors import UserError, explain_unexpected
from ecg_anomaly.files.temporary import remove_abandoned, temporary_beside

#: The columns that are sent back to the driver, and the same for Spark.
SCHEMA = pa.schema([("outcome", pa.string()), ("seconds", pa.float64()), ("error", pa.string())])
SPARK_SCHEMA = "outcome string, seconds double, error string"

#: What the copies of the detector of all workers of a machine are called, beside a random part.
COPY = "ecg-anomaly-worker-detector"

#: Returns the bytes of each file of the detector, by name.
DetectorReader = Callable[[], Mapping[str, bytes]]

_scorers: dict[tuple[str, bool], ScoringProcess] = {}


@dataclass(frozen=True)
class PartScorer:
    """Scores parts in a worker of Spark.

    Attributes
    ----------
    job : ArchiveJob
        What is the same for all parts.
    parts : tuple of int
        Number of the part of each row that Spark sends.
    read_detector : callable
        Returns the bytes of each file of the detector, by name: a broadcast of Spark.
    """

    job: ArchiveJob
    parts: tuple[int, ...]
    read_detector: DetectorReader

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Score the parts of some batches; of each comes a batch with a row a recording."""
        scorer = find_scorer(self.job, self.read_detector)
        for batch in batches:
            for row in batch.column(0).to_pylist():
                yield pa.RecordBatch.from_pylist(self._run(self.parts[row], scorer), SCHEMA)

    def _run(self, part: int, scorer: ScoringProcess) -> list[dict[str, Any]]:
        """Score a part; an error is sent back, where Spark would try the part again and again."""
        try:
            done = self.job.run_part(part, scorer)
            return [{"outcome": d.outcome, "seconds": d.seconds, "error": None} for d in done]
        except UserError as error:
            said = error.where, error.rule, error.way_out
        except Exception as error:  # a defect of ours
            lines = "the lines in the log of the executor"
            internal = explain_unexpected(self.job.table, error, lines)
            said = internal.where, internal.rule, internal.way_out
        return [{"outcome": FAILED, "seconds": 0.0, "error": json.dumps(said)}]


def find_scorer(job: ArchiveJob, read_detector: DetectorReader) -> ScoringProcess:
    """Return the scoring process of this worker, which keeps it for the next task.

    A worker that is killed leaves its copy of the detector to the next one, which removes it.
    """
    key = job.detector_sha256, job.beats
    if key not in _scorers:
        target, kept = Path(tempfile.gettempdir()) / COPY, ExitStack()
        remove_abandoned([target])
        folder = kept.enter_context(temporary_beside(target, folder=True))
        atexit.register(kept.close)
        for name, content in read_detector().items():
            (folder / name).write_bytes(content)
        _scorers[key] = ScoringProcess(folder, job.beats)
        atexit.register(_scorers[key].end)
    return _scorers[key]


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the bytes of the files of a detector folder, by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}

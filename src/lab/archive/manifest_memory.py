"""Measure the memory of the driver for manifests of different lengths."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

#: Prepares a job, sends its parts through Spark without scoring, and says its peak in MB: that of
#: Python, and what is in use of the heap of Java after a collection of garbage.
DRIVER = """
import json, resource, sys
from collections import Counter
from ecg_anomaly.archive.archive_run import prepare_job
from ecg_anomaly.archive.spark_run import open_session
manifest, table = sys.argv[1:]
job = prepare_job(manifest, table, "ab" * 32)
with open_session("local[2]") as session:
    parts = job.plan.parts()
    def count(batches):
        import pyarrow as pa
        for batch in batches:
            first = job.plan.first_row
            n = [first[p + 1] - first[p] for p in batch.column(0).to_pylist()]
            yield pa.RecordBatch.from_pydict({"n": n})
    tasks = session.range(0, len(job.plan.first_row) - 1, 1, 64)
    n = tasks.mapInArrow(count, "n long").groupBy().sum().collect()[0][0]
    assert n == job.plan.n_rows, (n, job.plan.n_rows)
    runtime = session._jvm.java.lang.Runtime.getRuntime()
    runtime.gc()
    heap = (runtime.totalMemory() - runtime.freeMemory()) / 2**20
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([peak, heap]))
"""


def measure_memory(lengths: list[int]) -> list[tuple[int, float, float]]:
    """Print and return the peak of Python and the heap of Java, in MB, for each length."""
    found = []
    print("| rows | Python, MB | Java, MB |\n|---|---|---|")
    for n in lengths:
        with tempfile.TemporaryDirectory() as folder:
            manifest = Path(folder) / "manifest.csv"
            with manifest.open("w") as stream:
                stream.write("uri,subject\n")
                for i in range(n):
                    stream.write(f"s3://hospital-archive/holter/{i % 97:02d}/{i:09d}.edf,p{i}\n")
            command = [sys.executable, "-c", DRIVER, str(manifest), str(Path(folder) / "table")]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        peak, heap = json.loads(done.stdout.splitlines()[-1])
        found.append((n, peak, heap))
        print(f"| {n:,} | {peak:.0f} | {heap:.0f} |", flush=True)
    return found

"""Measure the memory of the driver while it scores manifests of different lengths.

The recordings are missing, so that a row takes milliseconds: each is looked for, fails, and is
written, by the same processes and tasks as a recording that is there.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

#: How an archive is scored, and the words of the command for it.
WAYS = {"`--workers 2`": ("--workers", "2"), "Spark `local[2]`": ("--master", "local[2]")}

#: Rows that are scored at most, by a shard of the manifest, all of which is read and sorted.
MOST_SCORED = 10_000

#: Runs the command and says its peak in MB, that of this process alone, and what is in use of the
#: heap of Java after a collection of garbage, 0 without Spark.
DRIVER = """
import json, sys
from contextlib import nullcontext
from pathlib import Path
from ecg_anomaly.archive.spark_run import open_session
from ecg_anomaly.cli.main import main
words, heap = sys.argv[1:], 0.0
with open_session(words[-1]) if "--master" in words else nullcontext() as session:
    status = main(words)
    if session:
        runtime = session._jvm.java.lang.Runtime.getRuntime()
        runtime.gc()
        heap = (runtime.totalMemory() - runtime.freeMemory()) / 2**20
said = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([int(said["VmHWM"].split()[0]) / 1024, heap]))
sys.exit(status)
"""


def measure_memory(
    lengths: Sequence[int], ways: Sequence[str] = tuple(WAYS)
) -> list[tuple[str, int, float, float]]:
    """Print and return the peak of Python and the heap of Java, in MB, for each length and way."""
    found = []
    print("| scored by | rows | of them scored | Python, MB | Java, MB |\n|---|---|---|---|---|")
    for way in ways:
        for n in lengths:
            with tempfile.TemporaryDirectory() as folder:
                manifest = write_missing(Path(folder), n)
                shards = max(1, n // MOST_SCORED)
                words = ["--output", f"{folder}/table", "--shard", f"0/{shards}", *WAYS[way]]
                command = [sys.executable, "-c", DRIVER, "archive", str(manifest), *words]
                done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            peak, heap = json.loads(done.stdout.splitlines()[-1])
            found.append((way, n, peak, heap))
            scored = f"1 in {shards}" if shards > 1 else "all"
            print(f"| {way} | {n:,} | {scored} | {peak:.0f} | {heap:.0f} |", flush=True)
    return found


def write_missing(folder: Path, n: int) -> Path:
    """Write a manifest of recordings that are not there, and return it."""
    manifest = folder / "manifest.csv"
    with manifest.open("w") as stream:
        stream.write("uri,subject\n")
        for i in range(n):
            stream.write(f"{folder}/holter/{i % 97:02d}/{i:09d}.edf,p{i}\n")
    return manifest

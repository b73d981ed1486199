"""Kill `ecg-anomaly live` at random instants, start it again, and compare what it said.

    python -m lab.live_kills RECORD ... [--kills 50] [--speed 60] [--workers 1] [--detector FOLDER]

The same recordings are replayed once without a kill. No event may come twice and none may be lost:
those in the store and on standard output must be the same, the opening of the stream apart.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.event_store import EventStore

ROOT = Path(__file__).resolve().parents[2]

#: Seconds between two kills: some come before the process has done anything.
SHORTEST_S, LONGEST_S = 0.5, 5.0

Key = tuple[str, int, str]


@dataclass(frozen=True)
class Replay:
    """What is monitored: recordings, by how many processes, with which detector folder."""

    records: Sequence[str]
    workers: int = 1
    detector: str | None = None


@dataclass(frozen=True)
class KillRun:
    """What came of a recording whose monitoring was killed.

    Attributes
    ----------
    kills : int
        Processes that were killed while they ran.
    twice, lost, other : int
        Events on standard output that came twice, that are missing, that are said only with kills.
    kept_wrong : int
        Events of the store that are not those of the run without kills.
    """

    kills: int
    twice: int
    lost: int
    other: int
    kept_wrong: int

    @property
    def is_clean(self) -> bool:
        """True if nothing is wrong."""
        return not (self.twice or self.lost or self.other or self.kept_wrong)


def run_with_kills(
    replay: Replay, folder: Path, kills: int, speed: float, seed: int = 0
) -> KillRun:
    """Replay recordings with kills and without.

    Parameters
    ----------
    replay : Replay
    folder : Path
        Where the stores go.
    kills : int
        Fewer if the recordings end before.
    speed : float
        Of the replay.
    seed : int
        Of the instants.
    """
    rng = random.Random(seed)
    output, done = folder / "killed.ndjson", 0
    while done < kills:
        with output.open("ab") as file:
            process = _start(replay, folder / "killed.sqlite", speed, file)
            try:
                process.wait(rng.uniform(SHORTEST_S, LONGEST_S))
                break  # the recordings have ended
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                done += 1
    else:
        _finish(replay, folder, "killed")
    _finish(replay, folder, "whole")
    said, expected = _read(output), _read(folder / "whole.ndjson")
    if not expected:
        rule = "nothing is said of it, even without kills"
        raise UserError(replay.records[0], rule, "see that ecg-anomaly live can replay it")
    kept = set(map(_key, _kept(folder / "killed.sqlite")))
    return KillRun(
        done,
        sum(n - 1 for n in said.values()),
        len(expected.keys() - said.keys()),
        len(said.keys() - expected.keys()),
        len({k for k in kept if k[2] != "stream.opened"} ^ expected.keys()),
    )


def _start(replay: Replay, store: Path, speed: float, file: IO[bytes]) -> "subprocess.Popen[bytes]":
    pace = f"@{speed:g}" if speed else ""
    words = ["live", *(f"replay:{record}{pace}" for record in replay.records)]
    words += ["--store", str(store), "--snapshot", "0.5", "--workers", str(replay.workers)]
    words += ["--detector", replay.detector] if replay.detector else []
    command = [sys.executable, "-m", "ecg_anomaly.cli.main", *words]
    return subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL, cwd=ROOT / "src")


def _finish(replay: Replay, folder: Path, name: str) -> None:
    with (folder / f"{name}.ndjson").open("ab") as file:
        _start(replay, folder / f"{name}.sqlite", 0, file).wait()


def _key(row: dict[str, Any]) -> Key:
    return row["stream"], row["sample"], row["kind"]


def _read(path: Path) -> Counter[Key]:
    """Count the events of a file, the opening of the stream apart."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return Counter(_key(row) for row in rows if row["kind"] != "stream.opened")


def _kept(path: Path) -> list[dict[str, Any]]:
    store, found, last = EventStore(str(path)), [], 0
    try:
        while rows := store.read_after(last):
            found += [row for _, row in rows]
            last = rows[-1][0]
    finally:
        store.close()
    return found


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="+", metavar="RECORD")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--speed", type=float, default=60.0)
    parser.add_argument("--detector")
    options = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        replay = Replay(options.records, options.workers, options.detector)
        found = run_with_kills(replay, Path(folder), options.kills, options.speed)
    print(f"{found} in {time.monotonic() - begun:.0f} s: {'clean' if found.is_clean else 'WRONG'}")
    sys.exit(not found.is_clean)


if __name__ == "__main__":
    main()

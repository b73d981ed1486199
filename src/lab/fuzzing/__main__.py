"""Damage recordings and detectors at random; each must be read, or refused in one line.

    python -m lab.fuzzing [--cases 100000] [--seed 0] [--format xdf] [--report FILE]

Counts by format how many damaged files were read, scored and refused, and shows every other
outcome with the number of its case, which makes it again: `--seed NUMBER --cases 1`, with the same
`--format`.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from lab.fuzzing.fuzz_trial import READY, Outcome, run_trials
from lab.fuzzing.specimens import Specimen, make_specimens, read_folder

#: Largest number of failures that are kept with their messages.
MOST_FAILURES = 200

#: Seconds between two lines of progress.
LINE_INTERVAL_S = 30.0


@dataclass
class Tally:
    """Outcomes of the trials of a campaign.

    Attributes
    ----------
    counts : Counter
        Trials by format and outcome.
    failures : list of (int, Outcome)
        Seed and outcome of trials that were neither read nor refused.
    slowest : (int, Outcome) or None
        The trial that took longest.
    """

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    failures: list[tuple[int, Outcome]] = field(default_factory=list)
    slowest: tuple[int, Outcome] | None = None

    def add(self, seed: int, outcome: Outcome) -> None:
        """Count a trial."""
        self.counts[outcome.kind, outcome.what] += 1
        if outcome.failed and len(self.failures) < MOST_FAILURES:
            self.failures.append((seed, outcome))
        if self.slowest is None or outcome.seconds > self.slowest[1].seconds:
            self.slowest = seed, outcome


def run_campaign(
    first_seed: int, n_trials: int, detector: Path, kind: str = ""
) -> Iterator[tuple[int, Outcome]]:
    """Run trials `first_seed`, `first_seed` + 1 ...; yield each with its seed.

    Only formats whose names begin with `kind` are damaged.

    The trials run in another process with a limit on its memory. When it dies, the trial in which
    it died has failed, and a new process continues after that trial.

    Raises
    ------
    RuntimeError
        When a process dies before its first trial.
    """
    with tempfile.TemporaryDirectory() as work:
        packaged = Specimen("detector", read_folder(detector), ".")
        made = [*make_specimens(Path(work)), packaged, packaged]
    specimens = [specimen for specimen in made if specimen.kind.startswith(kind)]
    if not specimens:
        raise SystemExit(f"no format {kind!r} among {', '.join(x.kind for x in made)}")
    seed, end = first_seed, first_seed + n_trials
    context = multiprocessing.get_context("spawn")
    while seed < end:
        receiver, sender = context.Pipe(duplex=False)
        arguments = (sender, seed, end, detector, specimens)
        process = context.Process(target=run_trials, args=arguments)
        process.start()
        sender.close()
        messages = _receive(receiver)
        if next(messages, None) != READY:
            raise RuntimeError("the process of the trials cannot start, see above")
        for outcome in messages:
            assert isinstance(outcome, Outcome)
            yield seed, outcome
            seed += 1
        process.join()
        if seed < end:
            yield seed, Outcome("unknown", f"process died ({process.exitcode})", 0.0)
            seed += 1


def _receive(receiver: Connection) -> Iterator[Outcome | str]:
    try:
        while True:
            yield receiver.recv()
    except EOFError:
        return


def fuzz_readers() -> int:
    """Run the trials of the command line; return 1 when one was neither read nor refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="number of the first case")
    parser.add_argument("--detector", type=Path, default=Path("data/model"))
    parser.add_argument("--format", default="", help="only those whose names begin so, as xdf")
    parser.add_argument("--report", type=Path, help="a JSON file for the counts")
    options = parser.parse_args()
    tally, start = Tally(), time.monotonic()
    last = start
    for seed, outcome in run_campaign(
        options.seed, options.cases, options.detector, options.format
    ):
        tally.add(seed, outcome)
        if time.monotonic() - last > LINE_INTERVAL_S:
            last = time.monotonic()
            print(f"{seed + 1 - options.seed} cases in {last - start:.0f} s", file=sys.stderr)
    _print(tally)
    if options.report:
        options.report.write_text(json.dumps(_as_json(tally), indent=2) + "\n")
    return 1 if tally.failures else 0


def _print(tally: Tally) -> None:
    for (kind, what), count in sorted(tally.counts.items()):
        print(f"{kind:<14} {what:<24} {count:>8}")
    print(f"{'all':<14} {'':<24} {sum(tally.counts.values()):>8}")
    if tally.slowest:
        seed, outcome = tally.slowest
        print(f"slowest: case {seed}, {outcome.kind}, {outcome.seconds:.3f} s, {outcome.what}")
    for seed, outcome in tally.failures:
        print(f"FAILED case {seed}: {outcome.kind}: {outcome.what}: {outcome.said}")


def _as_json(tally: Tally) -> dict[str, object]:
    counts: dict[str, dict[str, int]] = {}
    for (kind, what), count in sorted(tally.counts.items()):
        counts.setdefault(kind, {})[what] = count
    slowest = {"case": tally.slowest[0], **vars(tally.slowest[1])} if tally.slowest else None
    failures = [{"case": seed, **vars(outcome)} for seed, outcome in tally.failures]
    return {"counts": counts, "slowest": slowest, "failures": failures}


if __name__ == "__main__":
    sys.exit(fuzz_readers())

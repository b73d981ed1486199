"""Spoil recordings and detectors by the thousand; say what was read, refused, and neither.

python -m lab.fuzzing --cases 100000 --detector data/model
"""

import argparse
import json
import sys
import time
from pathlib import Path

from lab.fuzzing.campaign import Tally, run_campaign

#: Seconds between two lines on the way.
LINE_INTERVAL_S = 30.0


def fuzz_readers() -> int:
    """Run the cases of the command line; status 1 when one was neither read nor refused."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0, help="number of the first case")
    parser.add_argument("--detector", type=Path, default=Path("data/model"))
    parser.add_argument("--report", type=Path, help="a JSON file for the counts")
    options = parser.parse_args()
    tally, start = Tally(), time.monotonic()
    last = start
    for seed, outcome in run_campaign(options.seed, options.cases, options.detector):
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

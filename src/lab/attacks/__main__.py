"""Score hostile recordings and print what came of each.

    python -m lab.attacks [--detector FOLDER] [--only WORD]

Prints a table: seconds, memory of all processes above imports, exit status, and the first line of
what the command wrote.
Ends with 1 when a bound was broken.
"""

import argparse
import sys
from pathlib import Path

from ecg_anomaly.detector.pretrained import DESCRIPTION, pretrained_folder
from lab.attacks.attack_list import ATTACKS
from lab.attacks.attack_runs import measure_imports_mb, run_attack


def main() -> int:
    """Run every attack and print a row for each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--detector", type=Path, default=pretrained_folder())
    parser.add_argument("--only", default="", help="attacks whose name holds this word")
    arguments = parser.parse_args()
    if not (arguments.detector / DESCRIPTION).is_file():
        # Every attack would be refused for that, and be said to hold.
        parser.error(f"{arguments.detector} holds no detector")
    imports_mb, broken = measure_imports_mb(), 0
    print("| attack | seconds (bound) | MB (bound) | status | first line | holds |")
    print("|---|---|---|---|---|---|")
    for attack in (a for a in ATTACKS if arguments.only in a.name):
        outcome = run_attack(attack, arguments.detector, imports_mb)
        holds = outcome.holds(attack)
        broken += not holds
        print(
            f"| {attack.name} | {outcome.seconds:.1f} ({attack.seconds:g}) "
            f"| {outcome.megabytes:.0f} ({attack.megabytes:g}) | {outcome.status} "
            f"| {outcome.first_line[:160]} | {'yes' if holds else 'NO'} |",
            flush=True,
        )
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())

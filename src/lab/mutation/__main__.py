"""Change the numeric code in a hundred places, one at a time, and list what no test notices.

    nice python -m lab.mutation [--mutants 100] [--seed 0] [--only WORD] [--subpackage]

Run by hand before a release; a hundred mutants take about a quarter of an hour on one core. Each
mutant is run against the test file of its module, and with `--subpackage`, if that notices nothing,
against all tests of the subpackage. Ends with 1 when a mutant survives that is not in `EQUIVALENT`.

The library mutmut 3.8 does not do this. It changes code inside functions only, and most limits of
this project are constants of a module. It runs the whole suite first, to learn which tests call
which function, and then all of those for each mutant: a function below everything else is called by
every training in the suite, while its own test file must notice by itself. And it draws no sample.
"""

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from lab.layout import ROOT
from lab.mutation.code_changes import CodeChange, find_changes
from lab.mutation.equivalent_changes import EQUIVALENT
from lab.mutation.mutant_runs import CheckoutCopy, mirrored_tests, subpackage_tests

#: Modules that compute what is published or decide what is read, below src/ecg_anomaly.
MODULES = (
    "evaluation/metrics/*.py", "evaluation/threshold/*.py", "beats/r_peaks/*.py",
    "beats/beat_window.py", "beats/window_cutting.py", "beats/resampling.py", "beats/filters.py",
    "beats/clipping.py", "features/*.py", "records/stored_values.py",
    "records/wfdb/wfdb_signal_file.py", "records/wfdb/wfdb_lead.py", "records/resting/*.py",
    "records/scp/*.py", "detector/decisions.py",
    "detector/beat_scoring.py",
)  # fmt: skip

#: Characters of a statement that are printed.
SHOWN = 160


def draw_changes(source: Path, n: int, seed: int, word: str = "") -> list[CodeChange]:
    """Draw changes, as many from each module as from the others.

    Parameters
    ----------
    source : Path
        Folder ``src`` of a checkout.
    n : int
        How many; fewer when there are not so many.
    seed : int
        Of the drawing. What is drawn from a module depends on this module alone.
    word : str
        Only modules whose path holds it.

    Returns
    -------
    list of CodeChange
        Sorted by module and line.
    """
    package = source / "ecg_anomaly"
    paths = sorted({path for pattern in MODULES for path in package.glob(pattern)})
    lists = []
    for path in (path for path in paths if word in path.as_posix()):
        name = path.relative_to(source).as_posix()
        changes = find_changes(name, path.read_text(encoding="utf-8"))
        random.Random(f"{seed} {name}").shuffle(changes)
        lists.append(changes)
    drawn = [change for change in _take_in_turn(lists) if _key(change) not in EQUIVALENT][:n]
    return sorted(drawn, key=lambda change: (change.path, change.line, change.number))


def _take_in_turn(lists: Sequence[Sequence[CodeChange]]) -> Iterator[CodeChange]:
    """Yield the first change of each list, then the second of each, and so on."""
    for row in range(max(map(len, lists), default=0)):
        yield from (changes[row] for changes in lists if row < len(changes))


def _key(change: CodeChange) -> tuple[str, str, str]:
    return change.path, change.before, change.after


def find_survivors(
    changes: Sequence[CodeChange], checkout: Path, with_subpackage: bool
) -> Iterator[tuple[CodeChange, bool]]:
    """Run the tests against every change; yield each with whether it survived.

    Parameters
    ----------
    changes : sequence of CodeChange
        From `draw_changes`.
    checkout : Path
        Is copied into a temporary folder, and not changed.
    with_subpackage : bool
        Whether what survives the module's own tests is run against those of its subpackage.
    """
    with tempfile.TemporaryDirectory() as folder:
        copied = CheckoutCopy(checkout, Path(folder))
        for change in changes:
            own = mirrored_tests(change.path, checkout / "tests")
            survived = not (own and copied.notices(change, own))
            if survived and (with_subpackage or not own):
                survived = not copied.notices(change, subpackage_tests(change.path))
            yield change, survived


def show_difference(before: str, after: str) -> tuple[str, str]:
    """Cut what stands around the place where two statements differ down to `SHOWN` characters."""
    alike = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(before, after, strict=False))
    )
    start = 0 if len(before) <= SHOWN else max(0, alike - SHOWN // 2)
    return before[start : start + SHOWN], after[start : start + SHOWN]


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw mutants, run them and print which survive; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mutants", type=int, default=100, help="how many")
    parser.add_argument("--seed", type=int, default=0, help="of the drawing")
    parser.add_argument("--only", default="", help="modules whose path holds this word")
    parser.add_argument(
        "--subpackage", action="store_true", help="also run all tests of the subpackage"
    )
    chosen = parser.parse_args(arguments)
    changes = draw_changes(ROOT / "src", chosen.mutants, chosen.seed, chosen.only)
    survivors = 0
    for change, survived in find_survivors(changes, ROOT, chosen.subpackage):
        survivors += survived
        what = "SURVIVED" if survived else "noticed "
        print(f"{what} {change.path}:{change.line}")
        print(*(f"    {text}" for text in show_difference(change.before, change.after)), sep="\n")
        sys.stdout.flush()
    print(f"{survivors} of {len(changes)} survived")
    return int(survivors > 0)


if __name__ == "__main__":
    sys.exit(main())

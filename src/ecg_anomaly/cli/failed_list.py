"""The list of the recordings that could not be scored, ``failed.json`` of the output folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ecg_anomaly.cli.score_file import Outcome
from ecg_anomaly.files.atomic import read_json, write_json
from ecg_anomaly.files.disk_errors import disk_errors
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.temporary import locked_folder, remove_abandoned, temporary_beside

#: Lists the recordings that failed; the file is absent when none did.
FAILED = "failed.json"

_KEYS = ("where", "rule", "way_out")


def begin_list(output: Path) -> None:
    """Check that the output folder, which is made, can be written, and remove a former list.

    Raises
    ------
    UserError
        When it cannot be written.
    """
    target = output / FAILED
    with disk_errors(target):
        output.mkdir(parents=True, exist_ok=True)
        remove_abandoned([target])
        with temporary_beside(target) as probe, locked_folder(output):
            probe.write_text("[]\n")
            target.unlink(missing_ok=True)


def write_list(output: Path, failed: Sequence[Outcome]) -> None:
    """Write the list; what a command that runs at the same time wrote to it meanwhile is kept.

    Parameters
    ----------
    output : Path
        The output folder, after `begin_list`.
    failed : sequence of Outcome
        Each with an error; when there is none, nothing is written.

    Raises
    ------
    UserError
        When the list cannot be written.
    """
    if not failed:
        return
    rows = [{"record": o.path, **dict(zip(_KEYS, o.error or (), strict=True))} for o in failed]
    with disk_errors(output / FAILED), locked_folder(output):
        named = {row["record"] for row in rows}
        others = [row for row in _read_rows(output) if row.get("record") not in named]
        write_json(output / FAILED, [*others, *rows])


def _read_rows(output: Path) -> list[dict[str, Any]]:
    try:
        rows = read_json(output / FAILED)
    except UserError:  # there is none
        return []
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

"""The output folder: where the results of each recording go, and the list of those that failed.

Archives number their recordings from the start in every folder: ``ward-a/100`` and ``ward-b/100``.
Their results go into folders of the same names below the output folder; those of a recording whose
name occurs once go there directly.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ecg_anomaly.cli.score_file import Outcome
from ecg_anomaly.files.atomic import write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError, disk_errors
from ecg_anomaly.files.temporary import locked_folder, remove_abandoned, temporary_beside
from ecg_anomaly.records.record_names import output_name, record_name

#: Endings of files that stand for one WFDB record, and the folder of its results.
WFDB_ENDINGS, WFDB = ("", "hea", "dat", "mat"), "wfdb"

#: The list of the recordings that could not be scored; the file is absent when none did.
FAILED = "failed.json"

_KEYS = ("where", "rule", "way_out")


def place_results(records: Iterable[str]) -> dict[str, str]:
    """Choose where below the output folder the results of each recording go.

    Parameters
    ----------
    records : iterable of str
        Paths, as the user names them.

    Returns
    -------
    dict of str to str
        Path of each recording whose name occurs several times, to a folder relative to the output
        folder: its own folders as far as they differ from those of the others, and the ending of
        its file where one folder has the name in several formats.

    Raises
    ------
    UserError
        When two of one name and ending lie in one folder.

    Examples
    --------
    >>> place_results(["/data/a/100", "/data/b/100", "/data/b/101"])
    {'/data/a/100': 'a', '/data/b/100': 'b'}
    """
    named: dict[str, list[str]] = {}
    for record in records:
        named.setdefault(output_name(record_name(record)), []).append(record)
    places: dict[str, str] = {}
    for name, paths in named.items():
        if len(paths) > 1:
            places |= _part(name, paths)
    return places


def _part(name: str, paths: list[str]) -> dict[str, str]:
    """Return the folders of recordings of one name, without what they have in common."""
    owners: dict[str, dict[str, str]] = {}
    for path in paths:
        formats = owners.setdefault(str(Path(os.path.abspath(path)).parent), {})
        ending = Path(path).suffix.lower().lstrip(".")
        ending = WFDB if ending in WFDB_ENDINGS else ending
        if ending in formats:
            rule = f"{formats[ending]} and {path} would both write {name}.*"
            raise UserError(path, rule, "score them into two folders")
        formats[ending] = path
    try:
        common = os.path.commonpath(list(owners))
    except ValueError as error:  # two drives of Windows
        raise UserError(
            name, f"recordings of one name ({error})", "score them one by one"
        ) from None
    return {
        path: os.path.normpath(
            os.path.join(os.path.relpath(folder, common), ending if len(formats) > 1 else "")
        )
        for folder, formats in owners.items()
        for ending, path in formats.items()
    }


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

"""Give recordings of one name a folder each for their results.

Archives number their recordings from the start in every folder: ``ward-a/100`` and ``ward-b/100``.
Their results go into folders of the same names below the output folder; those of a recording whose
name occurs once go there directly.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.opening import output_name, record_name


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
        folder: its own folders as far as they differ from those of the others.

    Raises
    ------
    UserError
        When two of one name lie in one folder.

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
    owners: dict[str, str] = {}
    for path in paths:
        folder = str(Path(os.path.abspath(path)).parent)
        if folder in owners:
            rule = f"{owners[folder]} and {path} would both write {name}.*"
            raise UserError(path, rule, "score them into two folders")
        owners[folder] = path
    try:
        common = os.path.commonpath(list(owners))
    except ValueError as error:  # two drives of Windows
        raise UserError(
            name, f"recordings of one name ({error})", "score them one by one"
        ) from None
    return {path: os.path.relpath(folder, common) for folder, path in owners.items()}

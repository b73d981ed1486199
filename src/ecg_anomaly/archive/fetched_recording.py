"""Fetch a recording to this machine: a file, or the header and signal files of a WFDB record.

A recording on a disk is used where it is. Its digest is that of the bytes of all its files, and its
version, what a disk or an object store says of them without reading: size, time or entity tag.
"""

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.archive.file_store import find_file_system, local_path, store_errors
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.temporary import remove_abandoned, temporary_beside
from ecg_anomaly.records.file_formats import WFDB, find_format
from ecg_anomaly.records.opening import DATA_ENDINGS, find_source
from ecg_anomaly.records.record_names import ENDINGS
from ecg_anomaly.records.wfdb.wfdb_header import read_header

#: Largest file that is brought, in bytes: a month of 12 leads.
MOST_BYTES = 32 << 30


@dataclass(frozen=True)
class FetchedRecording:
    """A recording on this machine.

    Attributes
    ----------
    source : Path
        The file to open.
    files : tuple of str
        Addresses of all its files.
    version : str
        What tells without reading whether they have changed, see `find_version`.
    sha256 : str
        Digest of their bytes.
    """

    source: Path
    files: tuple[str, ...]
    version: str
    sha256: str


def find_version(addresses: Sequence[str]) -> str | None:
    """Return a text that changes when one of some files does, without reading them.

    Returns
    -------
    str or None
        None when one of them is not there, or cannot be looked at.
    """
    seen = hashlib.sha256()
    for address in addresses:
        system, path = find_file_system(address)
        try:
            about = system.info(path)
        except Exception:  # whatever it is, it is told when the recording is fetched
            return None
        changed = about.get("ETag") or about.get("mtime") or about.get("LastModified")
        seen.update(f"{about.get('size')} {changed}\n".encode())
    return seen.hexdigest()[:32]


@contextmanager
def fetch_recording(entry: ManifestRow) -> Iterator[FetchedRecording]:
    """Yield a recording of a manifest; what was brought is removed at the end.

    Raises
    ------
    UserError
        When it is not there, is a folder, or cannot be read.
    """
    path = local_path(entry.uri)
    if path is not None:
        source = find_source(path)
        names = [source.with_name(name) for name in _list_others(source)]
        yield _describe(source, [source, *names], [str(source), *map(str, names)])
        return
    target = Path(tempfile.gettempdir()) / "ecg-anomaly-recording"
    remove_abandoned([target])
    with temporary_beside(target, folder=True) as folder:
        address = _find_address(entry.uri)
        base = address.rsplit("/", 1)[0]
        source = _bring(address, folder)
        others = [f"{base}/{name}" for name in _bring_others(base, source)]
        brought = [source, *(folder / other.rsplit("/", 1)[1] for other in others)]
        yield _describe(source, brought, [address, *others])


def _describe(source: Path, files: list[Path], addresses: list[str]) -> FetchedRecording:
    """Return what is known of the files; those that a header names and that are absent count."""
    digest = hashlib.sha256()
    for file in files:
        content = file_sha256(file) if file.is_file() else "absent"
        digest.update(f"{content}  {file.name}\n".encode("utf-8", "surrogateescape"))
    version = find_version(addresses) or ""
    return FetchedRecording(source, tuple(addresses), version, digest.hexdigest())


def _find_address(uri: str) -> str:
    """Return the address that stands for a recording: that of the header of a WFDB record."""
    system, path = find_file_system(uri)
    ending = f".{path.rsplit('.', 1)[-1].lower()}" if "." in path.rsplit("/", 1)[-1] else ""
    stem = uri[: -len(ending)] if ending in DATA_ENDINGS else uri
    with store_errors(uri):
        header = f"{stem}.hea"
        is_header = ending in DATA_ENDINGS or ending not in ENDINGS
        if is_header and system.exists(find_file_system(header)[1]):
            return header
        if system.isfile(path):
            return uri
        if system.isdir(path):
            raise UserError(uri, "a folder, not a recording", "name a recording in it")
    raise UserError(uri, "no such file", "check the address")


def _bring(address: str, folder: Path) -> Path:
    system, path = find_file_system(address)
    target = folder / address.rsplit("/", 1)[1]
    try:
        with store_errors(address):
            if (system.info(path).get("size") or 0) > MOST_BYTES:
                raise UserError(address, f"more than {MOST_BYTES} bytes", "leave it out")
            system.get_file(path, str(target))
    except FileNotFoundError:
        raise UserError(address, "no such file", "check the address") from None
    return target


def _bring_others(base: str, source: Path) -> Iterator[str]:
    """Bring the files that a header names, those of its segments too, and yield their names."""
    waiting = _list_named(source)
    seen = {source.name}
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        brought = _bring(f"{base}/{name}", source.parent)
        yield name
        if name.endswith(".hea"):
            waiting.extend(_list_named(brought))


def _list_others(source: Path) -> list[str]:
    """List the files beside a header on a disk that belong to its record."""
    names, waiting = list[str](), _list_named(source)
    while waiting:
        name = waiting.pop(0)
        if name not in names:
            names.append(name)
            if name.endswith(".hea") and source.with_name(name).is_file():
                waiting.extend(_list_named(source.with_name(name)))
    return names


def _list_named(path: Path) -> list[str]:
    """List the files that one header names; none for other formats and damaged headers.

    What is wrong with a header is told by the reader, which is asked next.
    """
    try:
        if find_format(path) is not WFDB:
            return []
        header = read_header(path)
    except UserError:
        return []
    stored = [lead.file for lead in header.leads if lead.file not in ("~", "-")]
    segments = [f"{segment.name}.hea" for segment in header.segments if segment.name != "~"]
    return list(dict.fromkeys([*stored, *segments]))

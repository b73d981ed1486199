"""Download files of known digest, resuming what was interrupted."""

from collections.abc import Mapping
from pathlib import Path

import requests

from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track

TIMEOUT_S = 20
CHUNK_BYTES = 1 << 16


def download_files(base_url: str, digests: Mapping[str, str], folder: str | Path) -> None:
    """Bring every file of `digests` that `folder` does not hold yet.

    Parameters
    ----------
    base_url : str
        Address to which a file's name is appended.
    digests : mapping of str to str
        SHA256 of each file.
    folder : str or Path
        Where the files go. A file that is there with the right digest is not fetched again.

    Raises
    ------
    UserError
        When the server cannot be reached or sends bytes of another digest. What arrived stays
        as ``NAME.part`` and the next call goes on from there.
    """
    root = Path(folder)
    missing = [n for n, d in digests.items() if not _holds(root / n, d)]
    for name in track(missing, f"download from {base_url}"):
        download_file(f"{base_url.rstrip('/')}/{name}", root / name, digests[name])


def download_file(url: str, path: Path, digest: str | None) -> None:
    """Fetch one file, resuming from ``PATH.part``, and check its SHA256 when one is known."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _append(url, part)
        if digest is not None and file_sha256(part) != digest:
            part.unlink()
            raise UserError(url, "SHA256 differs from the published one", "run it again")
        part.replace(path)
    except requests.RequestException as error:
        status = "" if error.response is None else f" {error.response.status_code}"
        reason = f"{type(error).__name__}{status}"
        raise UserError(
            url, f"cannot be downloaded ({reason})", "run it again to resume"
        ) from error
    except OSError as error:
        raise UserError(part, f"cannot be written ({error.strerror})", "free space") from error


def _append(url: str, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # a range of a compressed reply cannot be joined
    if have:
        headers["Range"] = f"bytes={have}-"
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as reply:
        if have and reply.status_code == requests.codes.requested_range_not_satisfiable:
            return  # the whole file is already here
        reply.raise_for_status()
        resumed = reply.status_code == requests.codes.partial_content
        with part.open("ab" if resumed else "wb") as stream:
            for chunk in reply.iter_content(CHUNK_BYTES):
                stream.write(chunk)


def _holds(path: Path, digest: str) -> bool:
    return path.is_file() and file_sha256(path) == digest

"""SHA256 digests: of a file, of a folder, and as listed in a ``SHA256SUMS`` file."""

import hashlib
from pathlib import Path


def file_sha256(path: str | Path) -> str:
    """Return the SHA256 digest of a file's bytes, in hexadecimal.

    Raises
    ------
    OSError
        When the file cannot be read.
    """
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_sha256(folder: str | Path) -> str:
    """Return one digest of all files below a folder, in hexadecimal.

    It is the SHA256 digest of the sorted list of relative names and digests, and thus depends on
    names and contents, but not on where the folder is.
    """
    root = Path(folder)
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        total.update(f"{file_sha256(path)}  {path.relative_to(root).as_posix()}\n".encode())
    return total.hexdigest()


def parse_sha256sums(text: str) -> dict[str, str]:
    """Parse a ``SHA256SUMS`` file, as written by ``sha256sum``, to a digest for each name.

    Examples
    --------
    >>> parse_sha256sums("AB12  a.dat")
    {'a.dat': 'ab12'}
    """
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name.strip().lstrip("*"): digest.lower() for digest, name in pairs}

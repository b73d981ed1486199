"""SHA256 digests of files and folders."""

import hashlib
from pathlib import Path


def file_sha256(path: str | Path) -> str:
    """SHA256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def folder_sha256(folder: str | Path) -> str:
    """SHA256 over the sorted relative names and digests of every file below `folder`."""
    root = Path(folder)
    total = hashlib.sha256()
    for path in sorted(p for p in root.rglob("*") if p.is_file()):
        total.update(f"{file_sha256(path)}  {path.relative_to(root).as_posix()}\n".encode())
    return total.hexdigest()


def parse_sha256sums(text: str) -> dict[str, str]:
    """Read the lines of a ``SHA256SUMS`` file as name -> digest."""
    pairs = (line.split(maxsplit=1) for line in text.splitlines() if line.strip())
    return {name.strip().lstrip("*"): digest.lower() for digest, name in pairs}

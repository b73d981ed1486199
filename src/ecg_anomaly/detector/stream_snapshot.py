"""Write the state of a stream as bytes, and read it again: an npz archive, nothing pickled."""

import io
import json
import math
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Version of the layout; raised when snapshots of an older one can no longer be restored.
FORMAT = 4

#: The member with the version and what the stream is of, as JSON.
HEADER = "header"

State = dict[str, NDArray[Any]]

#: How an array of the first version of NumPy's format begins.
MAGIC = b"\x93NUMPY\x01\x00"

#: What a user can do about a snapshot that cannot be restored.
WAY_OUT = "start the stream anew, without it"


def write_snapshot(identity: Mapping[str, object], parts: Mapping[str, State]) -> bytes:
    """Write states as bytes.

    Parameters
    ----------
    identity : mapping
        What the stream is of, as JSON can hold it: it must be equal when the snapshot is restored.
    parts : mapping of str to dict of str to array
        The state of each part of the stream.
    """
    header = json.dumps({"format": FORMAT, **identity}).encode()
    arrays = {f"{part}.{name}": a for part, state in parts.items() for name, a in state.items()}
    stream = io.BytesIO()
    np.savez(stream, allow_pickle=False, **{HEADER: np.frombuffer(header, np.uint8)}, **arrays)
    return stream.getvalue()


def read_snapshot(snapshot: bytes, identity: Mapping[str, object], name: str) -> dict[str, State]:
    """Read what `write_snapshot` wrote.

    Parameters
    ----------
    snapshot : bytes
        From anywhere: what it claims is checked before memory is taken.
    identity : mapping
        What it must have been written with.
    name : str
        Of the stream, for messages.

    Returns
    -------
    dict of str to dict of str to array
        The state of each part.

    Raises
    ------
    UserError
        When it is damaged, of another version, or of another identity.
    """
    try:
        arrays = _read_arrays(snapshot)
        found = json.loads(arrays.pop(HEADER).astype(np.uint8).tobytes())
        version = found.pop("format")
    except (ValueError, TypeError, LookupError, AttributeError, EOFError, BadZipFile) as error:
        raise UserError(name, f"not a readable snapshot ({error})", WAY_OUT) from error
    if version != FORMAT:
        rule = f"a snapshot of layout {version}, this version reads {FORMAT}"
        raise UserError(name, rule, WAY_OUT)
    wanted = json.loads(json.dumps(dict(identity)))
    for key, value in wanted.items():
        if found.get(key) != value:
            raise UserError(name, f"a snapshot of a stream with another {key}", WAY_OUT)
    parts: dict[str, State] = {}
    for key, array in arrays.items():
        part, _, member = key.partition(".")
        parts.setdefault(part, {})[member] = array
    return parts


def _read_arrays(snapshot: bytes) -> State:
    with zipfile.ZipFile(io.BytesIO(snapshot)) as archive:
        members = archive.infolist()
        if any(m.compress_type != zipfile.ZIP_STORED for m in members):
            raise ValueError("compressed")
        return {m.filename.removesuffix(".npy"): _read_array(archive.read(m)) for m in members}


@lru_cache(maxsize=4096)
def _read_header(header: bytes) -> tuple[tuple[int, ...], bool, "np.dtype[Any]"]:
    """Read shape, order and type; most arrays of most streams have one of a few headers."""
    shape, by_columns, dtype = np.lib.format.read_array_header_1_0(io.BytesIO(header))
    return shape, by_columns, dtype


def _read_array(member: bytes) -> NDArray[Any]:
    """Read an array whose header is no larger than its data."""
    if member[:8] != MAGIC:
        raise ValueError("an array of another version")
    start = 10 + int.from_bytes(member[8:10], "little")
    shape, by_columns, dtype = _read_header(member[8:start])
    data = member[start:]
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError("an array that is not what its header says")
    array = np.frombuffer(data, dtype).reshape(shape, order="F" if by_columns else "C")
    return array.copy()

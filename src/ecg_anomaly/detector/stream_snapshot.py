"""Write the state of a stream as bytes, and read it again; nothing is pickled."""

import json
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.packed_arrays import pack_arrays, unpack_arrays

#: Version of the layout; raised when snapshots of an older one can no longer be restored.
FORMAT = 5

State = dict[str, NDArray[Any]]

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
    arrays = {f"{part}.{name}": a for part, state in parts.items() for name, a in state.items()}
    return pack_arrays({"format": FORMAT, **identity}, arrays)


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
        found, arrays = unpack_arrays(snapshot)
    except (ValueError, RecursionError) as error:
        raise UserError(name, f"not a readable snapshot ({error})", WAY_OUT) from error
    version = found.get("format")
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

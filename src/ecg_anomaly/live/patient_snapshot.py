"""Write the state of a patient as bytes, and restore it, without pickle."""

import struct
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.packed_arrays import pack_arrays, unpack_arrays
from ecg_anomaly.live.plain_state import give_state, take_state

#: Version of the layout, and bytes that a snapshot may have.
FORMAT, LARGEST = 7, 64 << 20

#: Bytes of the state of the patient, which comes first; that of the beats follows.
_SIZE = struct.Struct("<Q")


def write_patient(
    state: dict[str, Any], beats: bytes, signal: NDArray[np.float32], rest: NDArray[np.float32]
) -> bytes:
    """Write the state of a patient.

    Parameters
    ----------
    state : dict
        Rules and counts, of what `take_state` takes.
    beats : bytes
        Snapshot of what scores the beats.
    signal, rest : (n, n_leads) float32
        The last seconds, and samples that no turn has taken yet.
    """
    header = {"format": FORMAT, "state": take_state(state)}
    own = pack_arrays(header, {"signal": signal, "rest": rest})
    return b"".join([_SIZE.pack(len(own)), own, beats])


def read_patient(
    snapshot: bytes, name: str
) -> tuple[dict[str, Any], bytes, NDArray[np.float32], NDArray[np.float32]]:
    """Read what `write_patient` wrote.

    Raises
    ------
    UserError
        When it is damaged or of another version.
    """
    try:
        if not _SIZE.size <= len(snapshot) <= LARGEST:
            raise ValueError(f"of {len(snapshot)} bytes")
        stop = _SIZE.size + _SIZE.unpack_from(snapshot)[0]
        header, arrays = unpack_arrays(snapshot[_SIZE.size : stop])
        if header.get("format") != FORMAT:
            raise ValueError("of another version")
        state: dict[str, Any] = give_state(header["state"])
        return state, snapshot[stop:], arrays["signal"], arrays["rest"]
    except (ValueError, KeyError, RecursionError) as error:
        rule = f"its snapshot cannot be read ({error})"
        raise UserError(name, rule, "it starts anew") from error

"""Write the state of a patient as bytes, and restore it, without pickle."""

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.plain_state import give_state, take_state

#: Version of the layout, and bytes that a snapshot may have.
FORMAT, LARGEST = 5, 64 << 20

#: Members of the archive.
STATE, BEATS, SIGNAL, REST = "state.json", "beats", "signal.npy", "rest.npy"


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
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        plain = json.dumps({"format": FORMAT, **take_state(state)})
        archive.writestr(STATE, plain)
        archive.writestr(BEATS, beats)
        for name, array in ((SIGNAL, signal), (REST, rest)):
            held = io.BytesIO()
            np.save(held, array, allow_pickle=False)
            archive.writestr(name, held.getvalue())
    return stream.getvalue()


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
        with zipfile.ZipFile(io.BytesIO(snapshot)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST:
                raise ValueError("too large")
            plain = json.loads(archive.read(STATE))
            if plain.pop("format") != FORMAT:
                raise ValueError("of another version")
            arrays = [
                np.load(io.BytesIO(archive.read(member)), allow_pickle=False)
                for member in (SIGNAL, REST)
            ]
            state: dict[str, Any] = give_state(plain)
            return state, archive.read(BEATS), arrays[0], arrays[1]
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile, RecursionError) as error:
        rule = f"its snapshot cannot be read ({error})"
        raise UserError(name, rule, "it starts anew") from error

"""Say which annotation codes mark beats, and which AAMI class each beat belongs to.

Sources: WFDB annotation codes (PhysioNet, ``ecgcodes.h``); classes of ANSI/AAMI EC57:2012,
table of beat labels. de Chazal, O'Dwyer, Reilly 2004 (IEEE TBME 51(7):1196-1206) put the atrial
and nodal escape beats ``e`` and ``j`` (and ``n``) in N; EC57 puts them in S, hence the switch.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Normal, supraventricular ectopic, ventricular ectopic, fusion, paced or unclassifiable.
AAMI_CLASSES = ("N", "S", "V", "F", "Q")

_SYMBOLS = {"N": "NLRB", "S": "AaJS", "V": "VEr", "F": "F", "Q": "/fQ?"}
_ESCAPE_BEATS = "ejn"

BEAT_SYMBOLS = frozenset("".join(_SYMBOLS.values()) + _ESCAPE_BEATS)

#: Codes that mark no beat: rhythm, quality, comments, waveform boundaries, flutter waves.
OTHER_SYMBOLS = frozenset("[]!x()ptu`'^|~+sTND=\"@*") - BEAT_SYMBOLS | {"", " "}

#: Meaning of the codes that the databases use.
SYMBOL_MEANINGS = {
    "N": "normal beat",
    "L": "left bundle branch block beat",
    "R": "right bundle branch block beat",
    "B": "bundle branch block beat",
    "A": "atrial premature beat",
    "a": "aberrated atrial premature beat",
    "J": "nodal (junctional) premature beat",
    "S": "supraventricular premature beat",
    "V": "premature ventricular contraction",
    "r": "R-on-T premature ventricular contraction",
    "E": "ventricular escape beat",
    "e": "atrial escape beat",
    "j": "nodal (junctional) escape beat",
    "n": "supraventricular escape beat",
    "F": "fusion of ventricular and normal beat",
    "/": "paced beat",
    "f": "fusion of paced and normal beat",
    "Q": "unclassifiable beat",
    "?": "beat not classified during learning",
    "!": "ventricular flutter wave",
    "[": "start of ventricular flutter or fibrillation",
    "]": "end of ventricular flutter or fibrillation",
    "x": "blocked P wave",
    "+": "change of rhythm",
    "~": "change of signal quality",
    "|": "isolated artefact",
    '"': "comment",
}


def is_beat(symbol: NDArray[np.str_]) -> NDArray[np.bool_]:
    """Say for each annotation code whether it marks a beat.

    Parameters
    ----------
    symbol : (n,) str
        WFDB annotation codes.

    Returns
    -------
    (n,) bool
    """
    return np.isin(symbol, sorted(BEAT_SYMBOLS))


def aami_class(symbol: NDArray[np.str_], escape_beats: str = "S") -> NDArray[np.str_]:
    """AAMI class of each beat.

    Parameters
    ----------
    symbol : (n,) str
        WFDB beat codes.
    escape_beats : {"S", "N"}
        Class of the atrial and nodal escape beats ``e`` and ``j``: S by EC57, N by de Chazal 2004.

    Returns
    -------
    (n,) str
        One of `AAMI_CLASSES`, or ``""`` where the code marks no beat or is unknown.
    """
    classes = np.zeros(len(symbol), dtype="<U1")
    for name, codes in _SYMBOLS.items():
        classes[np.isin(symbol, list(codes))] = name
    classes[np.isin(symbol, list(_ESCAPE_BEATS))] = escape_beats
    return classes


def check_symbols(symbol: NDArray[np.str_], where: str) -> None:
    """Refuse annotation codes that WFDB does not define.

    Raises
    ------
    UserError
        When a code is neither a beat's nor one of the other codes of WFDB.
    """
    unknown = sorted(set(symbol.tolist()) - BEAT_SYMBOLS - OTHER_SYMBOLS)
    if unknown:
        raise UserError(
            where,
            f"unknown annotation symbols {' '.join(unknown)}",
            "use the WFDB beat codes, see data/README.md",
        )

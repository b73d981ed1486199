"""Convert units of voltage, in the spellings of people and recorders, to mV."""

import unicodedata
from functools import lru_cache

#: mV per unit, by the casefolded name of the unit. Nobody records megavolts, so ``MV`` is mV.
MILLIVOLTS = {
    **dict.fromkeys(("v", "volt", "volts"), 1e3),
    **dict.fromkeys(("mv", "mvolt", "mvolts", "millivolt", "millivolts"), 1.0),
    **dict.fromkeys(
        ("uv", "uvolt", "uvolts", "mcv", "microv", "microvolt", "microvolts", "muv"), 1e-3
    ),
    **dict.fromkeys(("nv", "nanovolt", "nanovolts"), 1e-6),
}

#: The micro sign in UTF-8 when it was decoded as Latin-1, as in an EDF header.
_MICRO_AS_LATIN_1 = {"\u00c2\u00b5": "\u00b5", "\u00ce\u00bc": "\u00b5"}

#: The micro sign after normalisation, a Greek letter.
_MICRO = "\u03bc"


@lru_cache(maxsize=256)  # asked for with every block that is read
def millivolts_per(unit: str) -> float | None:
    """Return how many mV a unit is.

    Parameters
    ----------
    unit : str
        In any case of letters, with either sign for micro (or ``u``), in brackets or not.

    Returns
    -------
    float or None
        None for what is no unit of voltage, ``""`` included.

    Examples
    --------
    >>> millivolts_per("[µV]"), millivolts_per("MV"), millivolts_per("mmHg")
    (0.001, 1.0, None)
    """
    for wrong, right in _MICRO_AS_LATIN_1.items():
        unit = unit.replace(wrong, right)
    plain = unicodedata.normalize("NFKC", unit).strip(" \t\0[](){}'\".").replace(_MICRO, "u")
    return MILLIVOLTS.get(plain.casefold().replace(" ", ""))

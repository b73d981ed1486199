"""Read the list of leads of an SCP-ECG record (section 3), and name the leads.

Source: EN 1064, section 5.5 and table 5.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.resting.lead_segments import name_lead
from ecg_anomaly.records.stored_values import MAX_LEADS, RESTORE

#: Names of leads and electrodes, from number 1 on.
_FIRST = (
    "I", "II", "V1", "V2", "V3", "V4", "V5", "V6", "V7", "V2R", "V3R", "V4R", "V5R", "V6R", "V7R",
    "X", "Y", "Z", "CC5", "CM5", "LA", "RA", "LL", "I", "E", "C", "A", "M", "F", "H",
)  # fmt: skip

#: From this number on the names above are Frank's electrodes, which the standard marks with an f.
_FRANK = 24

#: Numbers for calibration pulses: 31 to 60 in place of leads 1 to 30, and from 79 on.
_CALIBRATION = (*range(31, 61), *range(79, 86))

#: Names of leads from number 61 on.
_LATER = (
    "III", "aVR", "aVL", "aVF", "-aVR", "V8", "V9", "V8R", "V9R", "D", "A", "J", "Defib",
    "External pacing", "A1", "A2", "A3", "A4",
)  # fmt: skip


@dataclass(frozen=True)
class ScpLead:
    """A lead of an SCP-ECG record.

    Attributes
    ----------
    number : int
        Code of the lead in the standard.
    first : int
        First sample of the lead, counted from the first sample of the record.
    n_samples : int
        Length in samples.
    """

    number: int
    first: int
    n_samples: int

    @property
    def name(self) -> str:
        """Name of the lead, one that `kind_of` knows as that of an ECG."""
        if 0 < self.number <= len(_FIRST):
            name = _FIRST[self.number - 1]
            return f"ECG Frank {name}" if self.number >= _FRANK else name_lead(name)
        later = self.number - 61
        return name_lead(_LATER[later] if 0 <= later < len(_LATER) else f"lead {self.number}")

    @property
    def is_calibration(self) -> bool:
        """Whether the lead holds calibration pulses instead of an ECG."""
        return self.number in _CALIBRATION


@dataclass(frozen=True)
class ScpLeads:
    """The leads of a record.

    Attributes
    ----------
    leads : tuple of ScpLead
        In the order in which they are stored.
    is_residual : bool
        Whether a reference beat was subtracted from them.
    """

    leads: tuple[ScpLead, ...]
    is_residual: bool


def read_leads(path: Path, section: bytes | None) -> ScpLeads:
    """Read the leads of a record (section 3).

    Parameters
    ----------
    path : Path
        Named in errors.
    section : bytes or None
        Content of the section; None if the record has none.

    Raises
    ------
    UserError
        When the section is missing or cut off, or a lead ends before it begins.
    """
    if section is None or len(section) < 2:
        raise UserError(path, "no list of leads (section 3)", RESTORE)
    n_leads, flags = section[0], section[1]
    rows = list(struct.iter_unpack("<IIB", section[2:][: 9 * n_leads][: len(section[2:]) // 9 * 9]))
    if not 0 < n_leads <= MAX_LEADS or len(rows) < n_leads:
        raise UserError(path, f"{len(rows)} of {n_leads} leads (section 3)", RESTORE)
    if any(not 0 < first <= last for first, last, _ in rows):
        raise UserError(path, "a lead that ends before it begins (section 3)", RESTORE)
    leads = tuple(ScpLead(number, first - 1, last - first + 1) for first, last, number in rows)
    return ScpLeads(leads, is_residual=bool(flags & 1))

"""Write alarms as HL7 FHIR R4 Observations with the signal around them, a line of JSON each.

The resource is that of FHIR's own example of an ECG (Observation, ``MDC_ECG_ELEC_POTL`` of ISO/IEEE
11073-10101, a component of SampledData for each lead). Values of a lead are whole uV.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.outputs.follower import Output, OutputFailed, Row
from ecg_anomaly.records.lead_names import standard_lead

MDC, UCUM = "urn:oid:2.16.840.1.113883.6.24", "http://unitsofmeasure.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

#: Codes of leads in ISO/IEEE 11073-10101.
LEAD_CODES = {
    **{"I": 131329, "II": 131330, "V1": 131331, "V2": 131332, "V3": 131333, "V4": 131334},
    **{"V5": 131335, "V6": 131336, "III": 131389, "AVR": 131390, "AVL": 131391, "AVF": 131392},
}

#: Seconds to wait for the strip of an alarm, which ends some s after it.
PATIENCE_S = 60.0

#: First sample, sampling rate, leads, signal in mV.
Strip = tuple[int, float, list[str], NDArray[np.float32]]


class FhirOutput(Output):
    """Appends an Observation for each alarm that is raised to a file.

    Parameters
    ----------
    path : str
    strips : callable
        Gives the strips of an alarm by its key.
    """

    def __init__(self, path: str, strips: Callable[[str], list[Strip]]) -> None:
        self.name, self._path, self._strips = f"fhir:{path}", Path(path), strips
        self._waiting_since: float | None = None
        if not path:
            raise UserError("fhir:", "names no file", "write fhir:FILE")
        if not self._path.absolute().parent.is_dir():
            raise UserError(path, "its folder is not there", "make the folder")

    def send(self, rows: Sequence[Row]) -> int:
        """Write the alarms among some events; one whose strip is not whole yet waits."""
        done = 0
        for row in rows:
            if row["kind"].startswith("alarm.") and row["kind"].endswith(".raised"):
                strip = self._find_strip(row)
                if strip is None and self._may_wait():
                    break
                self._append(make_observation(row, strip))
                self._waiting_since = None
            done += 1
        return done

    def _find_strip(self, row: Row) -> Strip | None:
        at = row["sample"]
        strips = (s for s in self._strips(row["key"]) if s[0] <= at < s[0] + len(s[3]) + 1)
        return next(strips, None)

    def _may_wait(self) -> bool:
        now = time.monotonic()
        self._waiting_since = self._waiting_since or now
        return now - self._waiting_since < PATIENCE_S

    def _append(self, resource: dict[str, Any]) -> None:
        try:
            left = json.dumps(resource, ensure_ascii=False).encode() + b"\n"
            with self._path.open("ab", buffering=0) as file:  # in one go: others may write to it
                while left:  # a disk that is full takes a part, and says so the next time
                    left = left[file.write(left) :]
        except OSError as error:
            raise OutputFailed(f"cannot be written ({error.strerror})") from error

    def close(self) -> None:
        """Do nothing: the file is open while a line is written."""


def make_observation(row: Row, strip: Strip | None) -> dict[str, Any]:
    """Make the Observation of an alarm.

    Parameters
    ----------
    row : dict
        The event that it was raised.
    strip : tuple or None
        First sample, sampling rate in Hz, leads, and (n, n_leads) in mV.

    Returns
    -------
    dict
        Ready for JSON. Its time is ``issued``: a stream has no date of its own.
    """
    name = f"{row['stream']}|{row.get('run')}|{row['sample']}|{row['kind']}"
    text = f"{row['label']}: {row['text']}"
    found: dict[str, Any] = {
        "resourceType": "Observation",
        "id": hashlib.sha256(name.encode()).hexdigest()[:32],
        "status": "preliminary",  # nobody has confirmed it
        "category": [{"coding": [{"system": CATEGORY, "code": "procedure"}]}],
        "code": {
            "coding": [{"system": MDC, "code": "131328", "display": "MDC_ECG_ELEC_POTL"}],
            "text": text,
        },
        "subject": {"identifier": {"value": row["stream"]}, "display": row["stream"]},
        "issued": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "interpretation": [{"text": f"{row['priority']} alarm, {row['label']}"}],
        "note": [{"text": f"at {row['time_s']:.1f} s of the stream. Not a medical device."}],
    }
    if strip is not None:
        _, fs, leads, signal = strip
        columns = zip(leads, signal.T, strict=True)
        found["component"] = [_make_component(lead, values, fs) for lead, values in columns]
    return found


def _make_component(lead: str, values: NDArray[np.float32], fs: float) -> dict[str, Any]:
    code: dict[str, Any] = {"text": f"lead {lead}"}
    standard = standard_lead(lead)
    if standard in LEAD_CODES:
        display = f"MDC_ECG_ELEC_POTL_{standard}"
        code["coding"] = [{"system": MDC, "code": str(LEAD_CODES[standard]), "display": display}]
    microvolts = np.nan_to_num(values.astype(np.float64) * 1000, posinf=0, neginf=0).round()
    known = np.isfinite(values)
    words = [str(int(v)) if k else "E" for v, k in zip(microvolts, known, strict=True)]
    return {
        "code": code,
        "valueSampledData": {
            "origin": {"value": 0, "unit": "uV", "system": UCUM, "code": "uV"},
            "period": round(1000 / fs, 6),
            "factor": 1,
            "dimensions": 1,
            "data": " ".join(words),
        },
    }

"""Derive name, scale and fault of an EDF signal from its header."""

import math
import re

from ecg_anomaly.records.ecg_signals import Signal
from ecg_anomaly.records.edf.edf_header import EdfSignal
from ecg_anomaly.records.stored_values import GAIN_LIMITS, Scale

#: Largest absolute value of an end of a physical range.
MAX_PHYSICAL = 1e9

_PREFIX = re.compile(r"^(ECG|EKG)[\s_:.-]+(?=\S)", re.IGNORECASE)


def make_scale(signal: EdfSignal, millivolts: float) -> Scale:
    """Return the linear scale through the two ends of a signal's range.

    Parameters
    ----------
    signal : EdfSignal
        A signal without a fault.
    millivolts : float
        mV per physical unit.
    """
    (low, high), (lowest, highest) = signal.physical, signal.digital
    gain = (highest - lowest) / (high - low)
    return Scale(gain, lowest - low * gain, millivolts)


def describe_signal(signal: EdfSignal, sample_bytes: int = 2) -> Signal:
    """Describe a signal, of samples of so many bytes, for the choice of what is read."""
    fault = _find_fault(signal, 2 ** (8 * sample_bytes - 1))
    return Signal(signal.label, signal.unit, signal.per_record, fault)


def lead_name(signal: EdfSignal) -> str:
    """Return the label of a signal without a leading ``ECG``."""
    return _PREFIX.sub("", signal.label)


def _find_fault(signal: EdfSignal, largest: int) -> str:
    """Return why the amplitudes are unknown; ``""`` when they are known."""
    if not signal.per_record:
        return "no sample in a data record"
    for name, (low, high) in (("physical", signal.physical), ("digital", signal.digital)):
        if not 0 < abs(high - low) < math.inf or (name == "digital" and low > high):
            return f"{name} minimum and maximum are {low:g} and {high:g}"
    if max(map(abs, signal.digital)) > largest or max(map(abs, signal.physical)) > MAX_PHYSICAL:
        return f"a range of {signal.physical} stored as {signal.digital}"
    gain = abs((signal.digital[1] - signal.digital[0]) / (signal.physical[1] - signal.physical[0]))
    if not GAIN_LIMITS[0] <= gain <= GAIN_LIMITS[1]:
        return f"the physical range gives a gain of {gain:g}"
    return ""

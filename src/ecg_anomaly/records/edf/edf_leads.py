"""Which signals of an EDF file are leads of an ECG."""

import re
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.edf.edf_header import ANNOTATIONS, EdfHeader, EdfSignal
from ecg_anomaly.records.stored_values import GAIN_LIMITS, MILLIVOLTS

#: Labels of ECG signals: the standard's ``ECG V1``, recorders' ``EKG``, or a lead's bare name.
_ECG = re.compile(r"\b(ECG|EKG)", re.IGNORECASE)
_BARE = re.compile(r"(M?L?I{1,3}|AV[RLF]|V[1-9]|MCL ?\d|MV\d|CM ?\d|CC ?\d)", re.IGNORECASE)
_PREFIX = re.compile(r"^(ECG|EKG)[\s_:.-]+(?=\S)", re.IGNORECASE)


def choose_signals(path: Path, header: EdfHeader, lead: str | None) -> list[EdfSignal]:
    """Choose the signals to read: all of one sampling rate.

    Parameters
    ----------
    path : Path
        The file.
    header : EdfHeader
        Its header.
    lead : str or None
        A signal that must be among them, by its label or lead name.

    Returns
    -------
    list of EdfSignal
        Signals that call themselves an ECG, and the named one; of them those at the rate of the
        named one, or else at the highest rate.

    Raises
    ------
    UserError
        When there is no such signal, or its unit or range is unusable.
    """
    signals = [signal for signal in header.signals if signal.label != ANNOTATIONS]
    named = [s for s in signals if lead and lead.upper() in (s.label.upper(), lead_name(s).upper())]
    chosen = [s for s in signals if is_ecg(s) or s in named]
    if not chosen or (lead and not named):
        labels = ", ".join(repr(s.label) for s in signals) or "none"
        rule = f"no signal {lead!r} (labels: {labels})" if lead else f"no ECG (labels: {labels})"
        raise UserError(path, rule, "name the signal with --lead")
    per_record = max(s.per_record for s in named or chosen)
    chosen = [s for s in chosen if s.per_record == per_record]
    for signal in chosen:
        _check_signal(path, signal)
    return chosen


def is_ecg(signal: EdfSignal) -> bool:
    """Say whether a signal's label is that of an ECG."""
    return bool(_ECG.search(signal.label) or _BARE.fullmatch(signal.label.strip()))


def lead_name(signal: EdfSignal) -> str:
    """Return the lead's name without ``ECG`` before it."""
    return _PREFIX.sub("", signal.label)


def _check_signal(path: Path, signal: EdfSignal) -> None:
    if signal.unit not in MILLIVOLTS:
        rule = f"physical dimension of signal {signal.label!r} is {signal.unit!r}, not V, mV or uV"
        raise UserError(path, rule, "correct the header")
    for name, (low, high) in (("physical", signal.physical), ("digital", signal.digital)):
        if low == high or (name == "digital" and low > high):
            rule = f"{name} minimum and maximum of signal {signal.label!r} are {low:g} and {high:g}"
            raise UserError(path, rule, "correct the header: amplitudes are unknown")
    gain = abs((signal.digital[1] - signal.digital[0]) / (signal.physical[1] - signal.physical[0]))
    if not GAIN_LIMITS[0] <= gain <= GAIN_LIMITS[1]:
        rule = f"physical range of signal {signal.label!r} gives a gain of {gain:g}"
        raise UserError(path, rule, "correct the header: amplitudes are unknown")

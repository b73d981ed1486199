"""Tell from the name of a signal whether it is an ECG, and which lead.

Names are those of public databases, of recorders and of spreadsheets: ``MLII``, ``ECG lead II``,
``ECGII``, ``ECG II-Ref``, ``EKG1``, ``LL-RA``; ``RESP``, ``EEG (C4-A1)``, ``acc_x``, ``HR``.
"""

import re
import unicodedata
from enum import Enum


def _set_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words for quantities that are no ECG, for counters and for marks; casefolded, without numbers.
MEASURED = _set_of(
    # breathing and gases
    "resp rsp respiration respiratory breath breathing impedance imp flow airflow nasal cannula "
    "snore co co2 etco2 o o2 fio2 spo2 sao2 sats sat thermistor "
    # circulation
    "pleth ppg bvp plethysmogram pulse abp art ao pap pa cvp icp lap rap uap bp nbp nibp pressure "
    "blood sbp dbp map hr heartrate heart bpm prr pr rr rri rrs ibi nn hrv sdnn rmssd st qt qtc "
    "icg z0 dzdt scg bcg pcg phono sound audio mic edr "
    # nerves, muscles, eyes, skin
    "eeg emg eog eng loc roc chin leg tib tibialis lat rat rleg lleg gsr eda scl scr "
    # motion and surroundings
    "acc acceleration accelerometer accel gyro gyroscope mag magnetometer motion activity steps "
    "temp temperature skintemp light lux humidity altitude speed gps position posture battery "
    "batt vbatt "
    # what describes the recording
    "quality sqi status flag flags leadoff marker markers mark marks trigger trig "
    "event events stim stimulus annotation annotations label labels class beat beats rhythm "
    "comment comments note notes pacer pace paced "
    # what counts
    "time timer times elapsed seconds second sec secs millis milliseconds timestamp timestamps "
    "date datetime day clock hour hours minute minutes sample samples index idx unnamed row rows "
    "frame frames count counts counter number num seq sequence packet id subject participant "
    "patient session record zeit uhrzeit datum tiempo hora fecha temps heure utc gmt "
    "t n # s ms us ns"
)

#: Beginnings of further words of that kind.
MEASURED_BEGINNINGS = (
    "respir", "plethys", "photopl", "acceler", "gyro", "magnetom", "eeg", "emg", "eog", "ppg",
    "spo2", "etco2", "timestamp", "elapsed", "annot", "marker", "trigger", "heartrate",
)  # fmt: skip

#: Places on the body and axes: not an ECG, unless the name says so.
PLACES = _set_of(
    "thorax thoracic tho thor chest abdomen abdominal abdo abd belly torso wrist finger arm ear "
    "x y z"
)

#: Words beside the name of a lead that are ignored: processing, units, and words for a signal.
WITHOUT_MEANING = _set_of(
    "ref reference mod modified raw filtered filt cal uncal 24bit 16bit 12bit shimmer bipolar "
    "unipolar signal channel chan ch waveform wave limb value data analog mv uv \u03bcv volt volts "
    "millivolts microvolts"
)


class SignalKind(Enum):
    """What the name of a signal says it is."""

    ECG = "an ECG"
    OTHER = "something else"
    UNKNOWN = "nothing"


#: The name of a lead once all other words are removed.
_LEAD = re.compile(
    r"(?P<limb>(?P<modified>ml?)?(?P<number>i{1,3}|(?<=l)[123]))"
    r"|(?P<spanish>d(?P<d>i{1,3}|[1-4]))"
    r"|a?v[rlf]|v|v\d{1,2}r?|v[xyz]|ml\d|mv\d|mcl\d|c[mcsb]\d"
)

#: A lead by its two electrodes.
_ELECTRODES = {("la", "ra"): "I", ("ll", "ra"): "II", ("ll", "la"): "III"}
_EASI = {("e", "s"), ("a", "s"), ("a", "i")}

#: Electrodes of an EEG or EOG.
_EEG_PLACE = re.compile(r"(fp|af|fc|ft|cp|po|f|c|p|o|t|a|m|e)([1-9]|10|z)")

_ECG_WORD = re.compile(r"(ecg|ekg|elektrokardiogramm?|electrocardiogram|cardiogram)(\w*)")
_LEAD_WORD = re.compile(r"(leads?|ableitung|abl|derivation|derivacion|einthoven)(\w*)")

_ROMAN = {"1": "I", "2": "II", "3": "III"}


def kind_of(name: str) -> SignalKind:
    """Say whether a signal of this name is an ECG.

    A name that mentions the ECG beside another quantity (``ECG quality``, ``RR of ECG``) is not
    that of an ECG; one that mentions a place on the body (``Chest ECG``) is.

    Examples
    --------
    >>> [kind_of(name).name for name in ("ECG lead II", "aVR", "EEG (C4-A1)", "chan 1")]
    ['ECG', 'ECG', 'OTHER', 'UNKNOWN']
    """
    words, is_ecg = _words(name)
    if standard_lead(name) is not None:
        return SignalKind.ECG
    if any(_is_measured(word) for word in words):
        return SignalKind.OTHER
    if is_ecg:
        return SignalKind.ECG
    if any(word in PLACES for word in words) or (words and all(map(_EEG_PLACE.fullmatch, words))):
        return SignalKind.OTHER
    return SignalKind.UNKNOWN


def standard_lead(name: str) -> str | None:
    """Return the lead that a name stands for, in one spelling; None when it names no lead.

    Examples
    --------
    >>> [standard_lead(x) for x in ("ECG lead II", "ekg_avr", "ML2", "mcl 1", "V1-Ref", "ECG 1")]
    ['II', 'AVR', 'MLII', 'MCL1', 'V1', None]
    """
    words, _ = _words(name)
    rest = tuple(word for word in words if word not in WITHOUT_MEANING)
    if rest in _ELECTRODES:
        return _ELECTRODES[rest]
    if rest in _EASI:
        return "".join(rest).upper()
    if rest and rest[0] == "lead" and len(rest) == 2 and rest[1] in _ROMAN:
        return _ROMAN[rest[1]]
    if len(rest) == 2 and rest[0] == "lead" and rest[1] in ("x", "y", "z"):
        return f"V{rest[1].upper()}"  # Frank; without the word it is an accelerometer's axis
    rest = tuple(word for word in rest if word != "lead")
    if len(rest) == 3 and rest[1:] in _ELECTRODES:
        rest = rest[:1]
    found = [_spell(word) for word in rest]
    if len(rest) > 1 and all(found):
        return "-".join(map(str, found))  # bipolar, V4-V5
    return _spell("".join(rest))


def is_named(name: str, wanted: str) -> bool:
    """Say whether `wanted`, as a user writes it, means the signal `name`."""
    if plain_name(name) == plain_name(wanted):
        return True
    lead = standard_lead(wanted)
    return lead is not None and standard_lead(name) == lead


def plain_name(name: str) -> str:
    """Return a name casefolded, without spaces at its ends or double spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _words(name: str) -> tuple[list[str], bool]:
    """Split a name into words, and say whether one of them means ECG; that word is removed."""
    text = re.sub(r"(?<=[a-z]{3})(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    words, is_ecg = [], False
    for word in re.findall(r"[^\W_]+|#", text.casefold()):
        if match := _ECG_WORD.fullmatch(word):
            is_ecg, word = True, match[2]
        elif match := _LEAD_WORD.fullmatch(word):
            words.append("lead")
            word = match[2]
        if word:
            words.append(word)
    return words, is_ecg


def _spell(word: str) -> str | None:
    match = _LEAD.fullmatch(word)
    if match is None:
        return None
    if match["spanish"]:
        return _ROMAN.get(match["d"], match["d"].upper() if match["d"] != "4" else "D4")
    if match["limb"]:
        number = _ROMAN.get(match["number"], match["number"].upper())
        return f"ML{number}" if match["modified"] else number
    return word.upper() if word not in ("vr", "vl", "vf") else f"A{word.upper()}"


def _is_measured(word: str) -> bool:
    bare = word.rstrip("0123456789")
    return word in MEASURED or bare in MEASURED or word.startswith(MEASURED_BEGINNINGS)

"""The limits of the rules of findings, and a file of the user that changes them.

The values are here, and not in ``conf/`` alone, because ``ecg-anomaly score`` runs from an
installed wheel, which has no ``conf/``; a detector folder does not hold them either, since one
hospital has several lists of limits for one detector. ``conf/findings/default.yaml`` says the
same values with their sources, and a test holds the two equal; a changed copy of that file is what
``--findings`` takes.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ecg_anomaly.files.errors import UserError, disk_errors, list_some


@dataclass(frozen=True)
class FindingLimits:
    """Limits of the rules; their sources stand in ``conf/findings/default.yaml``.

    Attributes
    ----------
    asystole_s : float
        Seconds of readable signal without a QRS complex.
    vf_s : float
        Seconds of signal that oscillates without clear QRS complexes; less than 4 s count as 4.
    vt_beats, vt_bpm, vt_sustained_s : int, float, float
        Ventricular beats in a row, their least rate a minute, and from when on it is sustained.
    brady_beats, brady_bpm : int, float
        Beats in a row with a lower rate a minute.
    tachy_beats, tachy_bpm : int, float
        Beats in a row with a higher rate a minute.
    pause_s : float
        Least RR interval that is a pause.
    dropped_beats : int
        Beats dropped against the expected rhythm.
    run_beats : int
        Beats in a row that are a run.
    run_likely : float
        Probability of V and F together from which on a beat beside ventricular ones may be one, see
        `ecg_anomaly.findings.run_edges`.
    run_onset_odds, run_onset_share : float
        Odds of being abnormal, and probability of V and F, of a beat before two ventricular ones.
    pattern_repeats : int
        Ventricular beats that make a bigeminy or a trigeminy.
    af_s : float
        Least length of an episode of atrial fibrillation.
    af_irregularity : float
        Irregularity of RR from which on it is atrial fibrillation, see
        `ecg_anomaly.findings.atrial_fibrillation`.
    af_probability : float
        Probability of atrial fibrillation by the RR interval LSTM, averaged, that it takes besides.
    rate_change, rate_change_s : float
        Least change of the rate as a share of the former one, and how long the new one must last.
    """

    asystole_s: float = 4.0
    vf_s: float = 4.0
    vt_beats: int = 5
    vt_bpm: float = 100.0
    vt_sustained_s: float = 30.0
    brady_beats: int = 5
    brady_bpm: float = 40.0
    tachy_beats: int = 17
    tachy_bpm: float = 140.0
    pause_s: float = 2.5
    dropped_beats: int = 3
    run_beats: int = 3
    run_likely: float = 0.5
    run_onset_odds: float = 1.0
    run_onset_share: float = 0.3
    pattern_repeats: int = 3
    af_s: float = 30.0
    af_irregularity: float = 0.6
    af_probability: float = 0.3
    rate_change: float = 0.3
    rate_change_s: float = 60.0


def read_limits(path: str | Path) -> FindingLimits:
    """Read limits from a YAML file; those that it leaves out keep their defaults.

    Raises
    ------
    UserError
        When the file cannot be read, has an unknown key, or a value that is not a number above 0.
    """
    import yaml  # only who has limits of one's own pays for it

    with disk_errors(Path(path)):
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UserError(path, "no such file", "copy conf/findings/default.yaml") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            rule = f"is no YAML ({type(error).__name__})"
            raise UserError(path, rule, "begin with a copy of conf/findings/default.yaml") from None
    if not isinstance(content, dict):
        raise UserError(path, "holds no keys with values", "write lines as `pause_s: 2.5`")
    return _make_limits(path, content)


def _make_limits(path: str | Path, content: dict[Any, Any]) -> FindingLimits:
    known = {name: type(value) for name, value in asdict(FindingLimits()).items()}
    unknown = [str(key) for key in content if key not in known]
    if unknown:
        rule = f"{list_some(unknown)}: no such limit"
        raise UserError(path, rule, f"known are {', '.join(known)}")
    for key, value in content.items():
        number = not isinstance(value, bool) and isinstance(value, (int, float))
        if not number or not 0 < value < 1e6:
            raise UserError(path, f"{key} is {value!r}, no number above 0", "give a number")
        if known[key] is int and (value < 2 or value != int(value)):
            raise UserError(path, f"{key} is {value!r}, no number of beats", "give 2 or more")
    return FindingLimits(**{key: known[key](value) for key, value in content.items()})

"""Settings of alarms: what raises one, with which priority, how often; read from a file.

The values are here, and not in ``conf/`` alone, because ``ecg-anomaly live`` runs from an installed
wheel, which has no ``conf/``. ``conf/live/default.yaml`` says the same values with their sources, a
test holds the two equal, and a changed copy of that file is what ``--alarms`` takes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from ecg_anomaly.files.errors import UserError, disk_errors, list_some

#: Priorities, the most urgent first. A technical alarm is about the signal, never about the heart.
CRITICAL, HIGH, TECHNICAL = "critical", "high", "technical"
PRIORITIES = (CRITICAL, HIGH, TECHNICAL)

#: The file that says what may be set.
DEFAULT = "conf/live/default.yaml"

#: The largest number of seconds, or of anything else, that can be meant.
LARGEST = 1e6


@dataclass(frozen=True)
class AlarmRule:
    """When findings of one kind raise an alarm.

    Attributes
    ----------
    priority : str
        One of `PRIORITIES`.
    count, within_s : int, float
        So many findings within so many s raise it (n of m).
    refractory_s : float
        A finding so soon after the alarm's last one is counted, and raises no new alarm.
    """

    priority: str = HIGH
    count: int = 1
    within_s: float = 0.0
    refractory_s: float = 0.0


def _rules() -> dict[str, AlarmRule]:
    return {
        "ventricular_fibrillation": AlarmRule(CRITICAL),
        "asystole": AlarmRule(CRITICAL),
        "ventricular_tachycardia": AlarmRule(CRITICAL, refractory_s=30.0),
        "extreme_tachycardia": AlarmRule(CRITICAL, refractory_s=120.0),
        "extreme_bradycardia": AlarmRule(CRITICAL, refractory_s=120.0),
        "atrial_fibrillation": AlarmRule(HIGH, refractory_s=3600.0),
        "dropped_beats": AlarmRule(HIGH, refractory_s=600.0),
        "pause": AlarmRule(HIGH, 2, 300.0, 600.0),
        "ventricular_run": AlarmRule(HIGH, 1, 0.0, 300.0),
        "slow_ventricular_run": AlarmRule(HIGH, 2, 600.0, 900.0),
        "supraventricular_run": AlarmRule(HIGH, 3, 600.0, 1800.0),
        "abnormal_run": AlarmRule(HIGH, 3, 600.0, 1800.0),
        "rate_change": AlarmRule(HIGH, refractory_s=1800.0),
        "leads_off": AlarmRule(TECHNICAL, refractory_s=10.0),
        "link_lost": AlarmRule(TECHNICAL, refractory_s=10.0),
        "noise": AlarmRule(TECHNICAL, refractory_s=60.0),
    }


@dataclass(frozen=True)
class AlarmSettings:
    """How alarms behave; reasons and sources stand in ``conf/live/default.yaml``.

    Attributes
    ----------
    escalate_critical_s, escalate_high_s : float
        An alarm that nobody has acknowledged for so long is raised again.
    most_escalations : int
        How often it is raised again at most.
    quiet_s, longest_quiet_s : float
        How long quiet mode lasts, and may last.
    leads_off_s, link_lost_s, noise_s : float
        Seconds without a signal, without samples, without a readable beat, that raise an alarm.
    run_s : float
        A run that has lasted so long raises its alarm before it is over.
    strip_before_s, strip_after_s : float
        Signal that is kept around the start of an alarm.
    rules : dict of str to AlarmRule
        By kind of finding or technical problem.
    """

    escalate_critical_s: float = 30.0
    escalate_high_s: float = 120.0
    most_escalations: int = 3
    quiet_s: float = 120.0
    longest_quiet_s: float = 3600.0
    leads_off_s: float = 5.0
    link_lost_s: float = 5.0
    noise_s: float = 30.0
    run_s: float = 30.0
    strip_before_s: float = 8.0
    strip_after_s: float = 4.0
    rules: dict[str, AlarmRule] = field(default_factory=_rules)


def read_alarm_settings(path: str | Path) -> AlarmSettings:
    """Read settings from a YAML file; those that it leaves out keep their defaults.

    Raises
    ------
    UserError
        When the file cannot be read, has an unknown key, or a value that cannot be.
    """
    import yaml  # only who has settings of one's own pays for it

    with disk_errors(Path(path)):
        try:
            content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise UserError(path, "no such file", f"copy {DEFAULT}") from None
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            rule = f"is no YAML ({type(error).__name__})"
            raise UserError(path, rule, f"begin with a copy of {DEFAULT}") from None
    content = _as_mapping(path, "the file", content)
    defaults = AlarmSettings()
    rules = dict(defaults.rules)
    given = _as_mapping(path, "rules", content.pop("rules", {}))
    _refuse_unknown(path, given, tuple(rules))
    for kind, values in given.items():
        rules[kind] = _change(path, rules[kind], _as_mapping(path, kind, values))
    return replace(_change(path, defaults, content), rules=rules)


def _as_mapping(path: str | Path, what: str, content: Any) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise UserError(path, f"{what} holds no keys with values", "write lines as `noise_s: 30`")
    return {str(key): value for key, value in content.items()}


def _refuse_unknown(path: str | Path, given: Mapping[str, Any], known: tuple[str, ...]) -> None:
    unknown = [key for key in given if key not in known]
    if unknown:
        raise UserError(path, f"{list_some(unknown)}: not known", f"known are {', '.join(known)}")


def _change(path: str | Path, defaults: Any, given: Mapping[str, Any]) -> Any:
    """Return a dataclass with some values replaced by checked ones."""
    known = {f.name: getattr(defaults, f.name) for f in fields(defaults) if f.name != "rules"}
    _refuse_unknown(path, given, tuple(known))
    for key, value in given.items():
        if key == "priority":
            if value not in PRIORITIES:
                way_out = f"write {' or '.join(PRIORITIES)}"
                raise UserError(path, f"{key} is {value!r}, no priority", way_out)
            continue
        number = not isinstance(value, bool) and isinstance(value, (int, float))
        whole = isinstance(known[key], int)
        if not number or not whole <= value < LARGEST or (whole and value != int(value)):
            least = "a whole number from 1 on" if whole else "0 or more"
            raise UserError(path, f"{key} is {value!r}", f"give {least}")
    typed = {k: v if k == "priority" else type(known[k])(v) for k, v in given.items()}
    return replace(defaults, **typed)

"""Choose the signals of a recording that are an ECG, by one rule for all file formats.

A signal is an ECG by its name. Where no name says so, every signal in volts may be one, and the
reader then looks at the samples (`ecg_shape`). The sampling rate of a recording is that of its ECG.
A signal that is not read may be malformed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from textwrap import shorten

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.lead_names import SignalKind, is_named, kind_of, plain_name
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.stored_values import check_lead_count
from ecg_anomaly.records.voltage_units import millivolts_per

#: Longest list of names in a message, characters.
MAX_LIST = 80


@dataclass(frozen=True)
class Signal:
    """Description of a signal by its file.

    Attributes
    ----------
    name, unit : str
        As in the file; ``""`` where it states none.
    rate : float
        Samples per second, or any number proportional to it.
    fault : str
        Why the signal cannot be read, such as a meaningless header; ``""`` when it can.
    """

    name: str
    unit: str
    rate: float
    fault: str = ""


@dataclass(frozen=True)
class LeftOut:
    """A signal that is not read, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class SignalChoice:
    """The signals to read.

    Attributes
    ----------
    columns : tuple of int
        Indices of the chosen signals, ascending.
    millivolts : tuple of float
        mV per unit of each.
    left_out : tuple of LeftOut
        The signals that were not chosen.
    doubtful : bool
        True when no name says that a signal is an ECG: the samples must be looked at.
    """

    columns: tuple[int, ...]
    millivolts: tuple[float, ...]
    left_out: tuple[LeftOut, ...]
    doubtful: bool = False

    def keep(self, looks: Sequence[bool], signals: Sequence[Signal]) -> "SignalChoice":
        """Leave out the chosen signals that do not look like an ECG, unless none looks like one."""
        if not any(looks) or all(looks):
            return replace(self, doubtful=False)
        rows = list(zip(self.columns, self.millivolts, looks, strict=True))
        out = [
            LeftOut(signals[i].name, "does not look like an ECG") for i, _, ecg in rows if not ecg
        ]
        return SignalChoice(
            columns=tuple(i for i, _, ecg in rows if ecg),
            millivolts=tuple(mv for _, mv, ecg in rows if ecg),
            left_out=(*self.left_out, *out),
        )


def choose_signals(
    where: object, signals: Sequence[Signal], options: ReadOptions, *, unit_option: str = "--unit"
) -> SignalChoice:
    """Choose the signals to read.

    Parameters
    ----------
    where : path
        Named in errors.
    signals : sequence of Signal
        All signals of the recording.
    options : ReadOptions
        The lead that must be read, signals to ignore, the unit of signals that state none.
    unit_option : str
        Option by which a user states a unit, named in errors.

    Returns
    -------
    SignalChoice
        Signals of one rate: that of the wanted lead, or else the highest among the ECG signals.

    Raises
    ------
    UserError
        When there is no such lead, no ECG, or none that can be read, or more than `MAX_LEADS`.
    """
    why = {i: _why_not(signal, options) for i, signal in enumerate(signals)}
    wanted = _find_lead(where, signals, options)
    tiers = [
        [i for i, signal in enumerate(signals) if kind_of(signal.name) is kind]
        for kind in (SignalKind.ECG, SignalKind.UNKNOWN)
    ]
    doubtful = not any(why[i] == "" for i in (*wanted, *tiers[0]))
    found = [i for i in (wanted or tiers[doubtful]) if why[i] == ""]
    if not found:
        raise _refusal(where, signals, why, wanted or tiers[0] or tiers[1], unit_option)
    rate = max(signals[i].rate for i in found)
    chosen = {*found, *(i for i in tiers[doubtful] if why[i] == "")}
    columns = tuple(i for i in sorted(chosen) if signals[i].rate == rate)
    check_lead_count(where, len(columns))
    return SignalChoice(
        columns=columns,
        millivolts=tuple(_factor(signals[i], options) or 1.0 for i in columns),
        left_out=tuple(
            LeftOut(signal.name, why[i] or _why_other(i in chosen))
            for i, signal in enumerate(signals)
            if i not in columns
        ),
        doubtful=doubtful,
    )


def _find_lead(where: object, signals: Sequence[Signal], options: ReadOptions) -> list[int]:
    """Find the signals named exactly as the user's lead, or else those of the same lead."""
    if options.lead is None:
        return []
    wanted = plain_name(options.lead)
    exact = [i for i, signal in enumerate(signals) if plain_name(signal.name) == wanted]
    found = exact or [i for i, s in enumerate(signals) if is_named(s.name, options.lead)]
    if not found:
        rule = f"no lead {shorten(options.lead, 40)!r} among {list_names(signals)}"
        raise UserError(where, rule, "name one of them with --lead")
    return found


def _why_not(signal: Signal, options: ReadOptions) -> str:
    """Say why a signal cannot be read, whatever its samples are; ``""`` when it can."""
    if any(is_named(signal.name, name) for name in options.ignore):
        return "--ignore"
    if _factor(signal, options) is None:
        return f"unit {shorten(signal.unit, 20)!r}" if signal.unit else "no unit"
    return signal.fault


def _why_other(same_kind: bool) -> str:
    return "another sampling rate" if same_kind else "no ECG by its name"


def _factor(signal: Signal, options: ReadOptions) -> float | None:
    stated = millivolts_per(signal.unit)
    if stated is not None or options.unit is None:
        return stated
    no_number = (
        not signal.unit or kind_of(signal.name) is SignalKind.ECG or _is_wanted(signal, options)
    )
    return millivolts_per(options.unit) if no_number else None


def _is_wanted(signal: Signal, options: ReadOptions) -> bool:
    return options.lead is not None and is_named(signal.name, options.lead)


def _refusal(
    where: object, signals: Sequence[Signal], why: dict[int, str], ecg: list[int], unit_option: str
) -> UserError:
    """Explain why nothing can be read: the ECG's own fault, if there is one."""
    for i in ecg:
        name = shorten(signals[i].name, 40)
        if "unit" in why[i] and "--" not in why[i]:
            rule = f"signal {name!r} has {why[i]}, not V, mV or µV"
            return UserError(where, rule, f"state it with {unit_option} mV, uV or V")
        if why[i] == signals[i].fault:
            return UserError(where, f"signal {name!r}: {why[i]}", "correct the header")
    rule = f"no ECG among the signals {list_names(signals)}"
    return UserError(where, rule, "name the signal with --lead if one of them is an ECG")


def list_names(signals: Sequence[Signal]) -> str:
    """List names, as many as a message may hold."""
    names = dict.fromkeys(shorten(signal.name, 40) or "(no name)" for signal in signals[:100])
    return shorten(", ".join(names) or "none", MAX_LIST, placeholder=" ...")

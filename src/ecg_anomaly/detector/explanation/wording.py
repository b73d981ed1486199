"""The text of each kind of reason, and how a text is read back."""

from dataclasses import dataclass
from typing import Literal

#: The part of the signal a reason refers to; ``"rr_before"`` is the interval that ends at the beat,
#: ``""`` is no single part.
Part = Literal["rr_before", "rr_after", "p", "qrs", "t", ""]

#: Between the reasons of one beat.
SEPARATOR = "; "


@dataclass(frozen=True)
class Wording:
    """The words of one kind of reason.

    Attributes
    ----------
    label : str
        Name of the kind, as in a table.
    part : str
        The part of the signal it refers to.
    template : str
        Text for one beat, to be formatted. No other kind has the same words before the first
        number, so that a text can be read back.
    """

    label: str
    part: Part
    template: str


#: All kinds. Numbers in the templates: RR and pauses in s, widths in ms, shares in per cent,
#: amplitudes as a multiple. Tables of beats hold these texts: to change one is to change a format.
WORDINGS: dict[str, Wording] = {
    "premature": Wording(
        "premature",
        "rr_before",
        "premature by {percent:.0f} % (RR {rr:.2f} s, usual {usual:.2f} s)",
    ),
    "fast": Wording(
        "faster than in the last minutes",
        "rr_before",
        "faster than in the last minutes by {percent:.0f} % (RR {rr:.2f} s, mean {usual:.2f} s)",
    ),
    "pause": Wording(
        "pause before it", "rr_before", "pause of {rr:.1f} s{more} (usual RR {usual:.2f} s)"
    ),
    "late": Wording(
        "late", "rr_before", "late by {percent:.0f} % (RR {rr:.2f} s, usual {usual:.2f} s)"
    ),
    "after_gap": Wording("first beat after a gap", "", "first beat after missing signal"),
    "pause_after": Wording("pause after it", "rr_after", "followed by a pause of {rr:.1f} s{more}"),
    "wide_qrs": Wording(
        "wide QRS complex", "qrs", "wide QRS complex: {width:.0f} ms, usually {usual:.0f} ms"
    ),
    "narrow_qrs": Wording(
        "narrow QRS complex", "qrs", "narrow QRS complex: {width:.0f} ms, usually {usual:.0f} ms"
    ),
    "no_qrs": Wording(
        "hardly a QRS complex", "qrs", "hardly a QRS complex: {ratio:.1f} × the usual height"
    ),
    "qrs_turned": Wording(
        "QRS complex turned over", "qrs", "QRS complex points the other way{leads}"
    ),
    "qrs_shape": Wording("QRS shape", "qrs", "QRS shape unlike the usual beat{leads}"),
    "second_shape": Wording(
        "second QRS shape", "qrs", "QRS complex of a second shape that keeps coming back"
    ),
    "amplitude": Wording("QRS amplitude", "qrs", "QRS amplitude {ratio:.1f} × usual{leads}"),
    "no_p": Wording("P wave missing", "p", "no P wave where it usually stands{leads}"),
    "other_p": Wording("other P wave", "p", "P wave unlike the usual one{leads}"),
    "st_t": Wording("ST-T", "t", "ST segment and T wave unlike the usual beat{leads}"),
    "together": Wording(
        "shape and rhythm together", "", "shape and rhythm together unlike the usual beat"
    ),
}


@dataclass(frozen=True)
class Reason:
    """One reason why a beat was flagged.

    Attributes
    ----------
    kind : str
        Key of `WORDINGS`.
    leads : tuple of str
        Where it shows; empty for the rhythm, which shows in all.
    part : str
        The part of the signal it refers to.
    strength : float
        Distance from the template, or from the recent rhythm, in spreads of the subject; NaN when
        read back from a text.
    text : str
        The text for the beat.
    """

    kind: str
    leads: tuple[str, ...]
    part: Part
    strength: float
    text: str


def describe_reason(
    kind: str, strength: float, leads: tuple[str, ...] = (), **numbers: float | str
) -> Reason:
    """Make a reason with its text.

    Parameters
    ----------
    kind : str
        Key of `WORDINGS`.
    strength : float
        See `Reason`.
    leads : tuple of str
        In which it shows; named in the text if the template of the kind asks for them.
    numbers
        Those that the template of the kind asks for.
    """
    wording = WORDINGS[kind]
    text = wording.template.format(leads=name_leads(leads), **numbers)
    return Reason(kind, leads, wording.part, strength, text)


def name_leads(leads: tuple[str, ...]) -> str:
    """Write leads as at the end of a text: ``" (II, V1)"``, and ``""`` for none."""
    return f" ({', '.join(leads)})" if leads else ""


def join_reasons(reasons: list[Reason]) -> str:
    """Write the reasons of one beat, given in order of strength, as one text."""
    return SEPARATOR.join(reason.text for reason in reasons)


def read_reasons(text: str, lead_names: tuple[str, ...] = ()) -> list[Reason]:
    """Read back what `join_reasons` wrote: a table of beats is enough to draw the reasons.

    Parameters
    ----------
    text : str
        Reasons of one beat, or ``""``. What is of no known kind is left out.
    lead_names : tuple of str
        Names of leads to look for; others are not recognised.

    Returns
    -------
    list of Reason
        Without strengths, in the order of the text.
    """
    found = []
    for piece in text.split(SEPARATOR) if text else ():
        kind = name_kind(piece)
        if kind:
            part = WORDINGS[kind].part
            leads = _read_leads(piece, lead_names) if "{leads}" in WORDINGS[kind].template else ()
            found.append(Reason(kind, leads, part, float("nan"), piece))
    return found


def name_kind(text: str) -> str:
    """Return the kind of the first reason of a text, ``""`` if it is of no known kind."""
    for kind, start in _STARTS:
        if text.startswith(start):
            return kind
    return ""


def _read_leads(piece: str, lead_names: tuple[str, ...]) -> tuple[str, ...]:
    _, opened, where = piece.partition(" (")
    inside = f", {where.removesuffix(')')}," if opened else ""
    return tuple(name for name in lead_names if f", {name}," in inside)


_STARTS = [(kind, wording.template.partition("{")[0]) for kind, wording in WORDINGS.items()]

"""Leave out findings that a more critical one at the same time explains."""

from collections.abc import Mapping

from ecg_anomaly.findings.finding import Finding

#: Kinds that a tachycardia or a fibrillation explains: where they lie inside one, they are no
#: findings of their own. Ventricular fibrillation has no beats, whatever was taken for one.
_NO_BEATS = "ventricular_fibrillation"
EXPLAINED_BY = {
    "asystole": (_NO_BEATS,),
    "ventricular_tachycardia": (_NO_BEATS,),
    "extreme_tachycardia": (_NO_BEATS, "ventricular_tachycardia"),
    "extreme_bradycardia": (_NO_BEATS,),
    "atrial_fibrillation": (_NO_BEATS,),
    "pause": (_NO_BEATS, "asystole"),
    "dropped_beats": (_NO_BEATS, "atrial_fibrillation"),
    "ventricular_run": (_NO_BEATS, "ventricular_tachycardia"),
    "slow_ventricular_run": (_NO_BEATS, "ventricular_tachycardia"),
    "supraventricular_run": (_NO_BEATS, "atrial_fibrillation"),
    "abnormal_run": (_NO_BEATS,),
    "rate_change": (
        _NO_BEATS, "ventricular_tachycardia", "atrial_fibrillation", "dropped_beats",
    ),
    "couplet": (_NO_BEATS, "ventricular_tachycardia"),
}  # fmt: skip

#: What swings for a moment in an asystole, P waves or breathing, is no fibrillation. An asystole
#: that lies inside a fibrillation is none, and explains nothing. A tachycardia and a
#: pause are found by their beats and by their signal: the longer finding counts.
EXPLAINED_AFTER = {
    "ventricular_fibrillation": ("asystole",),
    "ventricular_tachycardia": ("ventricular_tachycardia",),
    "pause": ("pause",),
}


def drop_explained(findings: list[Finding]) -> list[Finding]:
    """Leave out what lies, for the most part, inside a finding that explains it."""
    return _drop(_drop(findings, EXPLAINED_BY), EXPLAINED_AFTER)


def _drop(findings: list[Finding], explained_by: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    causes: dict[str, list[Finding]] = {}
    for finding in findings:
        causes.setdefault(finding.kind, []).append(finding)
    return [
        finding
        for finding in findings
        if not any(
            _is_inside(finding, cause)
            for kind in explained_by.get(finding.kind, ())
            for cause in causes.get(kind, ())
        )
    ]


def _is_inside(finding: Finding, cause: Finding) -> bool:
    common = min(finding.end_s, cause.end_s) - max(finding.start_s, cause.start_s)
    longer = finding.kind != cause.kind or cause.lasting_s > finding.lasting_s
    return longer and common > 0 and common >= 0.5 * finding.lasting_s

"""Group single abnormal beats by class and by the kind of reason why they are flagged."""

from dataclasses import dataclass

from ecg_anomaly.detector.explanation.wording import WORDINGS, name_kind
from ecg_anomaly.findings.beat_batch import CLASS_NAMES
from ecg_anomaly.findings.class_runs import ClassRun
from ecg_anomaly.findings.finding import Finding


@dataclass
class _Group:
    """Single beats of one class that are flagged for one kind of reason."""

    start_s: float
    end_s: float = 0.0
    beats: int = 0
    sure: float = 0.0
    lead: str = ""


class SingleBeats:
    """Counts single abnormal beats by class and by the kind of their strongest reason."""

    def __init__(self) -> None:
        self._groups: dict[tuple[int, str], _Group] = {}

    def add(self, run: ClassRun) -> None:
        """Count a single beat."""
        key = run.number, name_kind(run.reason)
        group = self._groups.setdefault(key, _Group(run.start_s, lead=run.lead))
        group.end_s, group.beats = run.end_s, group.beats + 1
        group.sure += run.sure * run.quality

    def finish(self) -> list[Finding]:
        """Return a finding for each group; the moment it is found is its first beat."""
        found = []
        for (number, kind), group in self._groups.items():
            label = WORDINGS[kind].label if kind else "no reason stated"
            plural = "beat" if group.beats == 1 else "beats"
            why = f"{group.beats} {CLASS_NAMES[number]} {plural}: {label}"
            found.append(
                Finding(
                    "single_beats", group.start_s, group.end_s, group.start_s, group.beats, None,
                    group.sure / group.beats, why, group.lead,
                )
            )  # fmt: skip
        return found

"""One monitored patient: takes samples of the stream, and returns the events that they complete."""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import BeatRules
from ecg_anomaly.live.events import Event, beat_events, finding_event
from ecg_anomaly.live.sources.source import StreamOpened


class BeatStream(Protocol):
    """What scores the beats of a running recording: `detector.detector_stream.DetectorStream`."""

    def push(self, signal: NDArray[np.float32]) -> BeatDecisions:
        """Take the next samples, (n, n_leads) in mV; decide on the beats that are complete now."""

    def finish(self) -> BeatDecisions:
        """Decide on the beats that are left."""

    def snapshot(self) -> bytes:
        """Return all that is known."""

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot."""


#: Makes what scores a stream, from its sampling rate, the names of its leads, and its own name.
MakeBeatStream = Callable[[float, Sequence[str], str], BeatStream]


class MonitoredPatient:
    """What is known of one patient, from the samples so far.

    Parameters
    ----------
    opened : StreamOpened
        Names the stream, its sampling rate and its leads.
    make_beat_stream : callable
        Makes what scores its beats.
    limits : FindingLimits

    Attributes
    ----------
    opened : StreamOpened
    n_samples : int
        Samples taken so far, of each lead.
    """

    def __init__(
        self, opened: StreamOpened, make_beat_stream: MakeBeatStream, limits: FindingLimits
    ) -> None:
        self.opened, self.n_samples = opened, 0
        self._rules, self._last_trusted = BeatRules(limits), False
        self._beats = make_beat_stream(opened.fs, opened.leads, opened.stream)

    def push(self, signal: NDArray[np.float32]) -> list[Event]:
        """Take the next samples and return the events that they complete.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV, NaN where missing.
        """
        self.n_samples += len(signal)
        return self._judge(self._beats.push(signal))

    def finish(self) -> list[Event]:
        """Return the last events: the stream ends here."""
        return self._judge(self._beats.finish()) + self._say(self._rules.finish())

    def _judge(self, decisions: BeatDecisions) -> list[Event]:
        if not len(decisions):
            return []
        batch = make_batch(decisions, self._last_trusted)
        trusted = decisions.unreadable[-1] == "" and decisions.quality[-1] >= TRUSTED_QUALITY
        self._last_trusted = bool(trusted)
        return beat_events(self.opened.stream, decisions) + self._say(self._rules.extend(batch))

    def _say(self, findings: list[Finding]) -> list[Event]:
        return [finding_event(self.opened.stream, f, self.opened.fs) for f in findings]

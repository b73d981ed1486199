"""Score a recording in progress: push its samples, get the decisions on its beats."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, no_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.joint_cutting import cut_together
from ecg_anomaly.detector.joint_running import decide_together, push_signals
from ecg_anomaly.detector.running_beats import RunningBeats
from ecg_anomaly.detector.stream_intake import StreamIntake
from ecg_anomaly.detector.stream_snapshot import WAY_OUT, read_snapshot, write_snapshot
from ecg_anomaly.files.errors import UserError


class DetectorStream:
    """Scores the beats of one recording in progress, as its samples come.

    The decisions are those of `ecg_anomaly.detector.engine.score_recording` on the whole recording,
    whatever the pieces that the signal comes in.

    Parameters
    ----------
    detector : Detector
        Of continuous recordings.
    fs : float
        Sampling rate in Hz, 64 to 100 000.
    leads : sequence of str
        Name of each lead, in the order of the columns of the signal; at most 64.
    unit : str
        Unit of the amplitudes: mV, µV, V ..., see `millivolts_per`.
    lead : str, optional
        The lead to read wherever it can be; by default the one that the detector prefers.
    name : str
        What the stream is called in messages.
    digest : str
        Digest of the detector's folder; a snapshot can only be restored by the same detector.

    Raises
    ------
    UserError
        When one of these cannot be, or the detector is one of beats cut out beforehand.

    Examples
    --------
    >>> from ecg_anomaly import load_detector
    >>> stream = load_detector().stream(fs=360.0, leads=["MLII", "V1"])
    >>> piece = np.zeros((72, 2))  # 200 ms, mV; NaN where a sample is missing
    >>> decisions = stream.push(piece)  # on the beats that are complete now
    >>> len(decisions), stream.n_samples
    (0, 72)
    >>> rest = stream.finish()  # on the last beats, when the recording ends

    So that a program that is stopped can go on where it was, keep `snapshot` and restore it into a
    stream of the same detector, rate and leads:

    >>> kept = stream.snapshot()
    >>> again = load_detector().stream(fs=360.0, leads=["MLII", "V1"])
    >>> again.restore(kept)
    >>> again.n_samples
    72
    """

    def __init__(
        self,
        detector: Detector,
        fs: float,
        leads: Sequence[str],
        unit: str = "mV",
        lead: str | None = None,
        name: str = "stream",
        digest: str = "",
    ) -> None:
        if detector.segment_length is not None:
            rule = "the detector is one of beats cut out beforehand"
            raise UserError(name, rule, "take a detector of continuous recordings")
        self.intake, self._digest = StreamIntake(name, fs, leads, unit), digest
        if lead is not None:
            named = [[lead, *detector.leads[0]], *detector.leads[1:]]
            detector = replace(detector, leads=named)
        self.detector, self.name, self.leads = detector, name, self.intake.leads
        self.running = RunningBeats(detector, name, self.intake.fs, leads, lead is not None)

    @property
    def fs(self) -> float:
        """Sampling rate in Hz."""
        return self.intake.fs

    @property
    def n_samples(self) -> int:
        """Samples pushed so far, of each lead."""
        return self.intake.n_samples

    @property
    def undecided_s(self) -> NDArray[np.float64]:
        """Times (n,) in s of R peaks that are known and follow on the last decision.

        They are known 0.25 s after they were, a decision only after the next one. None while an
        earlier beat waits for a decision, as the first ones of a recording do.
        """
        running = self.running
        return np.zeros(0) if running.n_waiting else running.cutter.uncut_s

    def push(self, signal: ArrayLike) -> BeatDecisions:
        """Take the next samples and decide on the beats that are complete now.

        Parameters
        ----------
        signal : (n, n_leads) float
            In the unit of the stream, NaN where a sample is missing. n may be 0, and differ from
            call to call. A gap is pushed as NaN, so that time goes on.

        Returns
        -------
        BeatDecisions
            On the beats after those decided on before, in order; none, if none is complete.
            Samples and times count from the start of the stream.

        Raises
        ------
        UserError
            When the signal has not the leads of the stream, or the detector gives a score that is
            no number.
        ValueError
            After `finish`, or when the signal is no array of numbers; nothing is taken then.
        """
        (found,) = push_signals([(self.intake, self.running, signal)])
        if isinstance(found, UserError):
            raise found
        return found

    def finish(self) -> BeatDecisions:
        """Decide on the beats that are left: the recording ends here.

        A recording shorter than the window of a beat has none.

        Raises
        ------
        ValueError
            When it was finished before.
        """
        self.intake.end()
        if self.n_samples / self.fs < self.detector.window.duration_s:
            return no_decisions()
        (new,) = cut_together([(self.running.cutter, self.running.cutter.finish())])
        ready = self.running.extend(new, last=True)
        (found,) = decide_together([(self.running, [ready] if ready else [])])
        return found

    def snapshot(self) -> bytes:
        """Return the state of the stream, to be restored later, perhaps by another process.

        It holds up to some minutes of signal and the beats that others are compared with, so keep
        it as the recording itself is kept. Nothing in it is pickled.
        """
        counts = self.n_samples, self.running.n_waiting, self.intake.ended
        parts = {"stream": {"counts": np.array(counts, np.int64)}, **self.running.state()}
        return write_snapshot(self._identity(), parts)

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot: what is pushed next follows on the samples pushed before it.

        Raises
        ------
        UserError
            When it is damaged, or one of another detector, rate, unit or choice of leads. The
            stream is what it was then.
        """
        parts = read_snapshot(snapshot, self._identity(), self.name)
        try:
            n_samples, n_waiting, ended = parts["stream"]["counts"].tolist()
            self.running.restore(parts, n_waiting)
        except (ValueError, KeyError, TypeError, OverflowError) as error:
            raise UserError(self.name, f"not a snapshot of a stream ({error})", WAY_OUT) from error
        self.intake.n_samples, self.intake.ended = n_samples, bool(ended)

    def _identity(self) -> dict[str, object]:
        """Return what must be equal for a snapshot to be restored."""
        return {
            "detector": self._digest,
            "threshold": self.detector.threshold,
            "fs": self.fs,
            "leads": list(self.leads),
            "preferred": self.detector.leads,
            "millivolts": self.intake.millivolts,
        }

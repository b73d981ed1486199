"""Score a recording while it is being made: push its samples, get decisions on its beats."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, no_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.joint_cutting import cut_together
from ecg_anomaly.detector.joint_running import decide_together, take_together
from ecg_anomaly.detector.running_beats import RunningBeats
from ecg_anomaly.detector.stream_snapshot import WAY_OUT, read_snapshot, write_snapshot
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.stored_values import FS_LIMITS, check_lead_count
from ecg_anomaly.records.voltage_units import millivolts_per

#: A longer piece of signal is taken in pieces of this length, in s, so that memory is bounded.
PIECE_S = 60.0


class DetectorStream:
    """The beats of one running recording, scored as their signal comes.

    What is said of a beat is what `ecg_anomaly.detector.engine.score_recording` says of it in the
    whole recording, whatever the pieces that the signal comes in.

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
        self._check(detector, fs, leads, name)
        millivolts = millivolts_per(unit)
        if millivolts is None:
            raise UserError(name, f"{unit!r} is no unit of voltage", "name mV, uV or V")
        self.name, self.fs, self.leads = name, float(fs), tuple(leads)
        self._millivolts, self._digest = millivolts, digest
        wanted = (
            detector.leads if lead is None else [[lead, *detector.leads[0]], *detector.leads[1:]]
        )
        self.detector, self._n_samples, self._finished = replace(detector, leads=wanted), 0, False
        insist = lead is not None
        self.running = RunningBeats(self.detector, name, self.fs, self.leads, insist)

    @staticmethod
    def _check(detector: Detector, fs: float, leads: Sequence[str], name: str) -> None:
        low, high = FS_LIMITS
        if not low <= fs <= high:
            raise UserError(name, f"fs is {fs:g} Hz", f"give a rate from {low:g} to {high:g} Hz")
        if not leads:
            raise UserError(name, "has no lead", "name the leads of the signal")
        check_lead_count(name, len(leads))
        if detector.segment_length is not None:
            rule = "the detector is one of beats cut out beforehand"
            raise UserError(name, rule, "take a detector of continuous recordings")

    @property
    def n_samples(self) -> int:
        """Samples pushed so far, of each lead."""
        return self._n_samples

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
            After `finish`.
        """
        (found,) = push_together([(self, signal)])
        if isinstance(found, UserError):
            raise found
        return found

    def take(self, signal: ArrayLike) -> list[NDArray[np.float32]]:
        """Count the next samples as pushed; `push_together` goes on with them.

        Parameters
        ----------
        signal : (n, n_leads) float
            As for `push`.

        Returns
        -------
        list of (n, n_leads) float32
            In mV, in pieces of at most `PIECE_S`.

        Raises
        ------
        UserError, ValueError
            As `push` does.
        """
        if self._finished:
            raise ValueError("the stream is finished")
        taken, size = self._in_millivolts(signal), max(1, round(PIECE_S * self.fs))
        self._n_samples += len(taken)
        return [taken[start : start + size] for start in range(0, len(taken), size)]

    def finish(self) -> BeatDecisions:
        """Decide on the beats that are left: the recording ends here.

        A recording shorter than the window of a beat has none.

        Raises
        ------
        ValueError
            When it was finished before.
        """
        if self._finished:
            raise ValueError("the stream is finished")
        self._finished = True
        if self._n_samples / self.fs < self.detector.window.duration_s:
            return no_decisions()
        (new,) = cut_together([(self.running.cutter, self.running.cutter.finish())])
        ready = self.running.extend(new, last=True)
        (found,) = decide_together([(self.running, [ready] if ready else [])])
        return found

    def snapshot(self) -> bytes:
        """Return all that the stream knows, to be restored later, perhaps by another process.

        It holds up to some minutes of signal and the beats that others are compared with, so keep
        it as the recording itself is kept. It is an npz archive without pickled objects.
        """
        counts = np.array([self._n_samples, self.running.n_waiting, self._finished], np.int64)
        parts = {"stream": {"counts": counts}, **self.running.state()}
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
            n_samples, n_waiting, finished = parts["stream"]["counts"].tolist()
            self.running.restore(parts, n_waiting)
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(self.name, f"not a snapshot of a stream ({error})", WAY_OUT) from error
        self._n_samples, self._finished = n_samples, bool(finished)

    def _identity(self) -> dict[str, object]:
        """Return what must be equal for a snapshot to be restored."""
        return {
            "detector": self._digest,
            "threshold": self.detector.threshold,
            "fs": self.fs,
            "leads": list(self.leads),
            "preferred": self.detector.leads,
            "millivolts": self._millivolts,
        }

    def _in_millivolts(self, signal: ArrayLike) -> NDArray[np.float32]:
        taken = np.asarray(signal)
        if taken.ndim != 2 or taken.shape[1] != len(self.leads):
            rule = f"a signal of shape {taken.shape}, not (n, {len(self.leads)})"
            raise UserError(self.name, rule, "push a column for each lead")
        if self._millivolts != 1:
            taken = taken * self._millivolts
        if taken.dtype == np.float32:  # nothing changes them
            return taken
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and so missing
            return taken.astype(np.float32)


def push_together(
    pairs: Sequence[tuple[DetectorStream, ArrayLike]],
) -> list[BeatDecisions | UserError]:
    """Push samples into several streams: many times faster than one by one, and the same.

    Parameters
    ----------
    pairs : sequence of (DetectorStream, (n, n_leads) float)
        Streams of one detector, each once, and what `DetectorStream.push` takes.

    Returns
    -------
    list of BeatDecisions or UserError
        Of each stream what `DetectorStream.push` returns, to the bit, or why its samples were not
        taken: it is what it was before then.
    """
    refused, taken = dict[int, UserError](), dict[int, list[NDArray[np.float32]]]()
    for place, (stream, signal) in enumerate(pairs):
        try:
            taken[place] = stream.take(signal)
        except UserError as error:
            refused[place] = error
    ready: dict[int, list[BeatsWithPast]] = {place: [] for place in taken}
    for turn in range(max(map(len, taken.values()), default=0)):
        some = [place for place, pieces in taken.items() if turn < len(pieces)]
        found = take_together([(pairs[p][0].running, taken[p][turn]) for p in some])
        for place, beats in zip(some, found, strict=True):
            ready[place] += [] if beats is None else [beats]
    made = decide_together([(pairs[place][0].running, beats) for place, beats in ready.items()])
    decided = dict(zip(ready, made, strict=True))
    return [refused[p] if p in refused else decided[p] for p in range(len(pairs))]

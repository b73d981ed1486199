"""Score a recording while it is being made: push its samples, get decisions on its beats."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ecg_anomaly.beats.window_reach import window_reach
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.decisions import DTYPES, BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import place_beats
from ecg_anomaly.detector.joint_scoring import ReadBeats, ScoredBeats, score_together
from ecg_anomaly.detector.stream_cutter import NewBeats, StreamCutter
from ecg_anomaly.detector.stream_snapshot import (
    WAY_OUT,
    read_snapshot,
    write_snapshot,
)
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.features.context_builder import ContextBuilder
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import Record
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
        self._recording = Record(name, name, np.zeros((0, len(leads)), np.float32), fs, self.leads)
        self._slow, wanted = average_down(self._recording), detector.leads
        if lead is not None:
            wanted = [[lead, *wanted[0]], *wanted[1:]]
        detector = replace(detector, leads=wanted)
        self._scorer = ChunkScorer(detector, self._slow, insist=lead is not None)
        self.detector, self._n_samples, self._finished = detector, 0, False
        self._n_waiting = 0
        self._cutter, self._context = self._start()

    def _start(self) -> tuple[StreamCutter, ContextBuilder]:
        """Return the parts that know the past, as they are before the first sample."""
        reach = window_reach(self.detector.preprocess)
        cutter = StreamCutter(self._scorer, self._slow.fs, self._slow.step, reach)
        return cutter, ContextBuilder(self.detector.features, self._scorer.first_leads)

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
        return np.zeros(0) if self._n_waiting else self._cutter.uncut_s

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
        (found,) = decide_due([(self, self.advance(signal))])
        return found

    def advance(self, signal: ArrayLike) -> list[BeatsWithPast]:
        """Take the next samples without deciding; `decide_due` then decides for many streams.

        Parameters
        ----------
        signal : (n, n_leads) float
            As for `push`.

        Returns
        -------
        list of BeatsWithPast
            The beats that are complete now.

        Raises
        ------
        UserError, ValueError
            As `push` does.
        """
        if self._finished:
            raise ValueError("the stream is finished")
        taken = self._in_millivolts(signal)
        found, size = [], max(1, round(PIECE_S * self.fs))
        for start in range(0, len(taken), size):
            piece = taken[start : start + size]
            self._n_samples += len(piece)
            found += self._extend(self._cutter.push(piece, self._n_waiting))
        return found

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
            return _join([])
        (found,) = decide_due([(self, self._extend(self._cutter.finish(), last=True))])
        return found

    def snapshot(self) -> bytes:
        """Return all that the stream knows, to be restored later, perhaps by another process.

        It holds up to some minutes of signal and the beats that others are compared with, so keep
        it as the recording itself is kept. It is an npz archive without pickled objects.
        """
        counts = np.array([self._n_samples, self._n_waiting, self._finished], np.int64)
        parts = {"stream": {"counts": counts}, "context": self._context.state()}
        return write_snapshot(self._identity(), parts | self._cutter.state())

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot: what is pushed next follows on the samples pushed before it.

        Raises
        ------
        UserError
            When it is damaged, or one of another detector, rate, unit or choice of leads. The
            stream is what it was then.
        """
        parts = read_snapshot(snapshot, self._identity(), self.name)
        cutter, _ = self._start()
        try:
            n_samples, n_waiting, finished = parts["stream"]["counts"].tolist()
            cutter.restore(parts)
            features, leads = self.detector.features, self._scorer.first_leads
            context = ContextBuilder.from_state(features, leads, parts["context"])
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(self.name, f"not a snapshot of a stream ({error})", WAY_OUT) from error
        self._n_samples, self._n_waiting, self._finished = n_samples, n_waiting, bool(finished)
        self._cutter, self._context = cutter, context

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
        with np.errstate(over="ignore"):  # beyond float32 is infinite, and so missing
            return taken.astype(np.float32)

    def _extend(self, new: NewBeats | None, last: bool = False) -> list[BeatsWithPast]:
        if new is None:
            return []
        ready = self._context.extend(new.beats, last, new.known_s, new.after)
        self._n_waiting += len(new.beats) - (ready.until - ready.since if ready else 0)
        return [] if ready is None else [ready]

    def compare(self, ready: BeatsWithPast) -> list[ReadBeats]:
        """Compare beats with their past, see `ChunkScorer.compare`."""
        return self._scorer.compare(ready)

    def state(self, ready: BeatsWithPast, scored: list[ScoredBeats]) -> BeatDecisions:
        """State the decisions on beats, on the samples of the stream."""
        found = self._scorer.state(ready, scored)
        return found if self._slow.step == 1 else place_beats(found, self._slow, self.fs)


def decide_due(
    due: Sequence[tuple[DetectorStream, Sequence[BeatsWithPast]]],
) -> list[BeatDecisions]:
    """Decide on the beats of some streams together: faster than one by one, and the same.

    Parameters
    ----------
    due : sequence of (DetectorStream, sequence of BeatsWithPast)
        Streams of one detector, each with what its `DetectorStream.advance` gave.

    Returns
    -------
    list of BeatDecisions
        Those of each stream, in the same order.
    """
    pairs = [(stream, ready) for stream, every in due for ready in every]
    if not pairs:
        return [_join([]) for _ in due]
    asked = [stream.compare(ready) for stream, ready in pairs]
    scored = score_together(pairs[0][0].detector, asked)
    stated = iter([s.state(ready, found) for (s, ready), found in zip(pairs, scored, strict=True)])
    return [_join([next(stated) for _ in every]) for _, every in due]


def _join(parts: list[BeatDecisions]) -> BeatDecisions:
    """Join decisions, of which there are mostly none, or one part."""
    if len(parts) > 1:
        return concatenate_decisions(parts)
    return parts[0] if parts else _no_decisions()


@cache
def _no_decisions() -> BeatDecisions:
    return BeatDecisions(**{name: np.zeros(0, kind) for name, kind in DTYPES.items()})

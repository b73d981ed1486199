"""Score the beats of a chunk of a recording.

It takes two steps: the beats are cut out, then scored and decided on. Between the two the
`ContextBuilder` adds the past that they are compared with, in the order of the chunks. Each step
depends on its arguments alone, so any thread or process can do it for any chunk.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.missing_samples import bridge_short_gaps
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.beats.window_cutting import cut_leads
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.detector.chunks import Chunk
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.joint_decisions import make_decisions
from ecg_anomaly.detector.joint_scoring import score_together
from ecg_anomaly.detector.lead_plan import LeadPlan
from ecg_anomaly.detector.scored_beats import ReadableBeats
from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.beats_with_past import BeatsWithPast
from ecg_anomaly.records.record import StreamedRecord


class ChunkScorer:
    """Scores chunks of one recording, each beat on the first lead that is free of doubt there.

    Parameters
    ----------
    detector : Detector
    recording : StreamedRecord
        Gives leads and sampling rate; its signal is not read.
    choices, prefer_first
        As for `LeadPlan.of_recording`.

    Attributes
    ----------
    name : str
        Name of the recording.
    leads : LeadPlan
        Which leads chunks must hold, and in which order.
    """

    def __init__(
        self,
        detector: Detector,
        recording: StreamedRecord,
        choices: list[list[int]] | None = None,
        prefer_first: bool = False,
    ) -> None:
        self.name, self._detector, self._fs = recording.name, detector, recording.fs
        self.leads = LeadPlan.of_recording(recording.leads, detector.leads, choices, prefer_first)

    @property
    def preprocess(self) -> PreprocessConfig:
        """How windows are cut."""
        return self._detector.preprocess

    def cut(self, chunk: Chunk) -> tuple[DetectedBeats, bool]:
        """Find the beats of a chunk and cut their windows.

        Returns
        -------
        beats : DetectedBeats
        last : bool
            True for the last chunk of the recording.
        """
        signal, sample = chunk.excerpt.signal, np.zeros(0, np.int64)
        if not _is_constant(signal):
            signal = bridge_short_gaps(signal, self._fs)
            sample = find_r_peaks(signal, self._fs) + chunk.excerpt.start
        target = range(chunk.first, chunk.stop)
        return self.cut_at(chunk.excerpt, sample, target, chunk.count_lost), chunk.last

    def cut_at(
        self,
        excerpt: Excerpt,
        sample: NDArray[np.int64],
        target: range,
        count_lost: Callable[[NDArray[np.int64]], NDArray[np.int64]],
    ) -> DetectedBeats:
        """Cut the windows of beats whose R peaks are known.

        Parameters
        ----------
        excerpt : Excerpt
            With the leads in the order of `leads`, as for `cut_leads`.
        sample : (m,) int64
            R peaks, those in `target` and those near it, see `cut_leads`.
        target : range
            Samples of the recording whose beats are cut.
        count_lost : callable
            Counts the samples before R peaks that are missing in every lead.
        """
        cut = cut_leads(excerpt, self._fs, sample, self._detector.preprocess, target)
        sample = sample[(sample >= target.start) & (sample < target.stop)]
        return self.leads.read_beats(cut, sample, count_lost(sample), self._fs)

    def decide(self, ready: BeatsWithPast) -> BeatDecisions:
        """Score beats, flag those above the threshold and say why."""
        readable = self.compare(ready)
        scored = score_together(self._detector, readable)
        (found,) = make_decisions([(self.leads, ready)], [readable], scored)
        return found

    def compare(self, ready: BeatsWithPast) -> list[ReadableBeats]:
        """Tell what the readable beats are compared with.

        Returns
        -------
        list of ReadableBeats
            One for each choice of leads that some of them are read on.
        """
        own = slice(ready.since, ready.until)
        marks = ready.known.unreadable[own].tolist(), ready.known.choice[own].tolist()
        choice = [-1 if reason else number for reason, number in zip(*marks, strict=True)]
        if choice.count(choice[0]) == len(choice) and choice[0] >= 0:  # as nearly always
            return [self._read(ready, choice[0], np.arange(len(choice)))]
        return [
            self._read(ready, number, np.flatnonzero(np.array(choice) == number))
            for number in sorted(set(choice) - {-1})
        ]

    def _read(self, ready: BeatsWithPast, number: int, rows: NDArray[np.intp]) -> ReadableBeats:
        """Tell what beats are compared with that are read on one choice of leads."""
        # Where the first choice cannot be read, R peaks may be placed on another lead.
        asked = AskedBeats(ready, tuple(self.leads.choices[number]), rows, number > 0)
        return ReadableBeats(asked, self.leads.names[number], self.name)


def _is_constant(signal: NDArray[np.float32]) -> bool:
    """Tell whether every lead is constant: no electrode is attached, perhaps for days."""
    ends_equal = np.array_equal(signal[0], signal[-1])  # False for nearly every chunk, and fast
    return ends_equal and np.array_equal(signal.min(axis=0), signal.max(axis=0))
